# Sesame in a container (docs/install.md). The data directory must be a volume.
FROM node:26-bookworm-slim AS build
WORKDIR /opt/sesame
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY . .
RUN node console/build.ts && npm prune --omit=dev

FROM debian:bookworm-slim
# Node is linked to libatomic, which slim images lack.
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates libatomic1 && rm -rf /var/lib/apt/lists/* \
  && useradd --system --home-dir /var/lib/sesame --shell /usr/sbin/nologin sesame \
  && install -d -o sesame -g sesame -m 700 /var/lib/sesame
COPY --from=build /opt/sesame /opt/sesame
USER sesame
ENV SESAME_DATA_DIR=/var/lib/sesame \
  SESAME_MX_LISTEN=0.0.0.0:25 SESAME_SUBMISSION_LISTEN=0.0.0.0:587 SESAME_SUBMISSIONS_LISTEN=0.0.0.0:465
VOLUME /var/lib/sesame
EXPOSE 25 465 587 443
# The pid that is started is the server's: SIGTERM drains.
STOPSIGNAL SIGTERM
HEALTHCHECK CMD ["/opt/sesame/node_modules/.bin/node", "-e", "fetch('http://127.0.0.1:8025/healthz').then(r => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["/opt/sesame/bin/sesame", "serve"]
