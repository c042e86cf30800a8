# CI builds these stages on other bases, since it has no registry: both are arguments.
ARG BUILD_IMAGE=docker.io/library/node:24-trixie-slim
ARG BASE_IMAGE=gcr.io/distroless/nodejs24-debian13:nonroot

FROM ${BUILD_IMAGE} AS build
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY build.ts warm.ts tsconfig.json ./
COPY src ./src
ARG COMMIT=unknown
RUN TOCSIN_COMMIT=${COMMIT} npm run build && rm -r dist/cache && mkdir /data

# What Node has compiled of the bundle, which makes a start shorter, is for one version of Node and one user: those of the image.
FROM ${BASE_IMAGE} AS warm
COPY --from=build --chown=65532:65532 /src/dist /app
COPY warm.ts /
USER 65532:65532
RUN ["/nodejs/bin/node", "/warm.ts", "/app/main.js"]

FROM ${BASE_IMAGE}
ARG VERSION=0.0.0
ARG COMMIT=unknown
LABEL org.opencontainers.image.title="Tocsin" \
      org.opencontainers.image.description="An OpenTelemetry sidecar that makes failures loud" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${COMMIT}"

COPY --from=warm --chown=0:0 /app /app
COPY LICENSE /app/LICENSE
# A volume takes its owner from here; nothing else in the image can be written by the user it runs as.
COPY --from=build --chown=65532:65532 /data /var/lib/tocsin
VOLUME /var/lib/tocsin
# SQLite's own temporary files go there as well: /tmp need not be writable.
ENV NODE_ENV=production \
    TOCSIN_DATA_DIR=/var/lib/tocsin \
    SQLITE_TMPDIR=/var/lib/tocsin
# One pool of memory for all threads. By itself the C library makes one for each, and what is free in one is none in the others: some 20 MB.
ENV MALLOC_ARENA_MAX=1
WORKDIR /var/lib/tocsin
# By number: Kubernetes cannot tell whether a name is root.
USER 65532:65532
# OTLP/gRPC and OTLP/HTTP; metrics and health; the API; what is pressed in Slack, if that comes by requests
EXPOSE 4317 4318 4319 4320 4321
# Node handles SIGTERM as process 1, and there are no other processes: no init, no shell.
# No HEALTHCHECK: Kubernetes ignores it, and there is no shell or curl to run one with; probe GET :4319/livez.
ENTRYPOINT ["/nodejs/bin/node", "--max-semi-space-size=8", "/app/main.js"]
