"""What may be shown of people without pointing at one of them."""
