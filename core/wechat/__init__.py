"""The outbound WeChat API: we call the platform."""
