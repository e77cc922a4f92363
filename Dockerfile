# Placemint in a container: docs/hosting.md says how to run it, and what is reproducible about it.
#
#   docker build -t placemint .                       for a Postgres elsewhere (DATABASE_URL)
#   docker build -t placemint --target embedded .     with a Postgres of its own in /data
#
# Both images start from a tag. For the same bytes tomorrow, give digests instead:
#   --build-arg SWIFT_IMAGE=swift@sha256:… --build-arg DEBIAN_IMAGE=debian@sha256:…
ARG SWIFT_IMAGE=swift:6.3.1-bookworm
ARG DEBIAN_IMAGE=debian:bookworm-20250520-slim

# ---- The program, with Swift's libraries in it ----
FROM ${SWIFT_IMAGE} AS build
SHELL ["/bin/bash", "-euo", "pipefail", "-c"]
# What it is linked against. The versions are Debian's current ones, or those of SNAPSHOT.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        libcurl4-openssl-dev libpq-dev libvips-dev pkg-config zlib1g-dev \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /build
# The packages first: they change seldom, and then this layer is kept. A Package.resolved beside
# Package.swift pins them.
COPY Package.swift Package.resolve[d] ./
RUN swift package resolve
COPY Sources Sources
COPY Tests Tests
RUN swift build -c release --product placemint --static-swift-stdlib -Xlinker -s \
    && install -D -m 0755 "$(swift build -c release --show-bin-path)/placemint" /out/placemint

# ---- What it needs to run ----
FROM ${DEBIAN_IMAGE} AS runtime
SHELL ["/bin/bash", "-euo", "pipefail", "-c"]
# A time like 20261101T000000Z takes Debian's packages as they were then, for an image that can be
# made again; without it they are today's, with today's security updates.
ARG SNAPSHOT=
RUN if [ -n "$SNAPSHOT" ]; then \
        rm -f /etc/apt/sources.list.d/*; \
        printf 'deb [check-valid-until=no] http://snapshot.debian.org/archive/%s bookworm%s main\n' \
            "debian/$SNAPSHOT" '' "debian/$SNAPSHOT" -updates \
            "debian-security/$SNAPSHOT" -security >/etc/apt/sources.list; \
    fi
# ffmpeg comes with drivers for screens, and a compiler for them: 140 MB that nothing here loads.
RUN printf 'path-exclude /usr/lib/*/%s\n' 'dri/*' 'libLLVM-15.so*' \
        >/etc/dpkg/dpkg.cfg.d/no-screens
# Postgres's client library, pictures (with HEIC), mail, clips, certificates, letters for clips.
# hadolint ignore=DL3008
RUN apt-get update \
    && DEBIAN_FRONTEND=noninteractive apt-get upgrade -y \
    && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
        ca-certificates ffmpeg fonts-dejavu-core libcurl4 libpq5 libvips42 \
    && rm -rf /var/lib/apt/lists/* /var/cache/ldconfig/aux-cache /var/log/*
RUN useradd --system --uid 10001 --user-group --home-dir /data --no-create-home \
        --shell /usr/sbin/nologin placemint \
    && install -d -o 10001 -g 10001 -m 0755 /data
COPY LICENSE /usr/share/doc/placemint/LICENSE
COPY supabase /usr/share/placemint/supabase
COPY db /usr/share/placemint/db
COPY config /usr/share/placemint/config
COPY Web /usr/share/placemint/Web
COPY --from=build /out/placemint /usr/local/bin/placemint
ENV HOST=0.0.0.0 PORT=8080 PLACEMINT_DATA=/data LOG_FORMAT=json LANG=C.UTF-8
WORKDIR /usr/share/placemint
VOLUME /data
EXPOSE 8080
USER 10001:10001
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=6s --start-period=60s --retries=3 \
    CMD ["placemint", "health"]
ENTRYPOINT ["placemint"]
CMD ["serve"]
ARG VERSION=unreleased
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Placemint" \
    org.opencontainers.image.description="Turns a product photo into a vertical video" \
    org.opencontainers.image.licenses="Apache-2.0" \
    org.opencontainers.image.version="${VERSION}" \
    org.opencontainers.image.revision="${REVISION}"

# ---- The same with a Postgres that the program starts itself ----
FROM runtime AS embedded
USER 0:0
# The cluster in /data is the program's own; one of the system's would only take room.
# hadolint ignore=DL3008
RUN install -d /etc/postgresql-common/createcluster.d \
    && echo 'create_main_cluster = false' \
        >/etc/postgresql-common/createcluster.d/placemint.conf \
    && apt-get update \
    && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends postgresql \
    && rm -rf /var/lib/apt/lists/* /var/cache/ldconfig/aux-cache /var/log/*
USER 10001:10001

# The last one is what a build without a target makes.
FROM runtime
