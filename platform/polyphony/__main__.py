"""`python -m polyphony`, which launchers of many processes such as accelerate need."""

from polyphony.cli import main

if __name__ == "__main__":
    main()
