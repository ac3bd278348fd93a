"""Tests in a real Chromium against the real server, as a resident or a clerk meets the site."""
