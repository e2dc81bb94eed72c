"""The Celery worker and the dispatcher of Kithline."""
