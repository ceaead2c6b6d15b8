# One image for the web server and the worker; what they do is said by the command (see docker-compose.yml).
FROM python:3.12-slim

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 \
    OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 MKL_NUM_THREADS=1 NUMBA_CACHE_DIR=/tmp/numba

RUN useradd --create-home --uid 10001 polyphony
WORKDIR /srv/polyphony

COPY pyproject.toml constraints.txt README.md LICENSE manage.py ./
COPY annotation annotation
COPY deliberation deliberation
COPY aggregation aggregation
COPY frontend frontend
COPY platform platform
# torch for the processor alone: a quarter of the size. A host with CUDA takes the usual index instead.
ARG TORCH_INDEX=https://download.pytorch.org/whl/cpu
RUN pip install --extra-index-url "$TORCH_INDEX" -c constraints.txt -e '.[encoder]'

# Static files are part of the image; the key is only there because settings ask for one.
ENV POLYPHONY_VAR=/srv/polyphony/var
RUN mkdir -p var/media && SECRET_KEY=only-while-building python manage.py collectstatic --noinput --verbosity 0 \
    && chown -R polyphony var
USER polyphony

EXPOSE 8000
HEALTHCHECK --start-period=30s CMD ["python", "-c", \
    "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/health/', timeout=5)"]
CMD ["gunicorn", "-c", "python:config.gunicorn", "config.wsgi"]
