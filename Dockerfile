# The suite and the emulator in a container. The caller's current folder is /work; what is fetched goes to /cache:
#
#     docker build -t livepatch-conformance .
#     docker run --rm -v "$PWD:/work" -v livepatch-cache:/cache livepatch-conformance run --target reference
ARG NODE=node:20-bookworm-slim

FROM ${NODE} AS packer
WORKDIR /source
COPY . .
RUN npm pack --ignore-scripts && mv livepatch-conformance-*.tgz /livepatch-conformance.tgz

FROM ${NODE}
RUN apt-get update && apt-get install -y --no-install-recommends libunicorn2 && rm -rf /var/lib/apt/lists/*
COPY --from=packer /livepatch-conformance.tgz /tmp/
RUN npm install --global --ignore-scripts /tmp/livepatch-conformance.tgz && rm /tmp/livepatch-conformance.tgz
# Any user, also one chosen by --user, can write here.
RUN mkdir -m 1777 /cache /work
ENV XDG_CACHE_HOME=/cache
WORKDIR /work
ENTRYPOINT ["livepatch-conformance"]
CMD ["--help"]
