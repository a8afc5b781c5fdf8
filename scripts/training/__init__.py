"""Training of the statistical model (训练): `python -m scripts.training`. Needs the development packages."""
