# Two stages: the first installs, the second has nothing in it that installs.
FROM python:3.11-slim AS install

RUN python -m venv /opt/muster
COPY requirements.txt .
RUN /opt/muster/bin/pip install --no-cache-dir --require-hashes -r requirements.txt


FROM python:3.11-slim

RUN useradd --system --uid 10001 --home-dir /var/lib/muster --create-home muster
COPY --from=install /opt/muster /opt/muster

# The code runs from where it lies, beside its documents, migrations and playbooks.
WORKDIR /srv/muster
COPY bot bot
COPY docs/*.md docs/
COPY docs/decisions docs/decisions
COPY migrations migrations
COPY playbooks playbooks
RUN printf '#!/bin/sh\nexec /opt/muster/bin/python -m bot "$@"\n' > /usr/local/bin/muster \
    && chmod 0755 /usr/local/bin/muster

ENV PATH=/opt/muster/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONPATH=/srv/muster \
    PYTHONUNBUFFERED=1 \
    DATABASE_URL=sqlite+aiosqlite:////var/lib/muster/muster.db \
    MUSTER_HTTP=0.0.0.0:8080 \
    MUSTER_PLAYBOOKS=/srv/muster/playbooks

USER muster
VOLUME /var/lib/muster
EXPOSE 8080
STOPSIGNAL SIGTERM

HEALTHCHECK --interval=15s --timeout=5s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8080/healthz', timeout=4)"]

ENTRYPOINT ["muster"]
CMD ["serve"]
