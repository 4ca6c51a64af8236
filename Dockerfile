# One image for web, worker and beat; docker-compose.yml says which of the three a container is.

FROM python:3.12-slim-bookworm AS packages
RUN python -m venv /opt/venv
COPY requirements/runtime.txt /tmp/runtime.txt
RUN /opt/venv/bin/python -m pip install --no-cache-dir --require-hashes --requirement /tmp/runtime.txt

FROM python:3.12-slim-bookworm
# WeasyPrint lays out with Pango; libharfbuzz-subset0 makes the same fonts in a PDF on every machine.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /nonexistent --shell /usr/sbin/nologin inclusiv \
    && install -d -o inclusiv -g inclusiv -m 0750 /data /data/files
COPY --from=packages /opt/venv /opt/venv
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    XDG_CACHE_HOME=/tmp \
    DJANGO_SETTINGS_MODULE=inclusiv.settings.production \
    INCLUSIV_VAR=/data
WORKDIR /app
COPY . .
# The addresses lead nowhere: collecting the files of the pages opens no connection.
RUN SECRET_KEY=build DATABASE_URL=postgresql://build:build@build/build REDIS_URL=redis://build/0 \
    python manage.py collectstatic --noinput
USER inclusiv
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
CMD ["gunicorn", "inclusiv.wsgi:application", "--bind", "0.0.0.0:8000", "--workers", "2", "--threads", "4", \
     "--worker-tmp-dir", "/dev/shm", "--no-control-socket", "--access-logfile", "-"]
