# Tags move: where each build has to begin with the same bytes, give `NAME:TAG@sha256:…` for both.
ARG NODE_IMAGE=node:24.21.0-bookworm-slim
ARG BASE_IMAGE=gcr.io/distroless/cc-debian12:nonroot

# The build is the same wherever it runs: the version, the commit and the time come from outside.
FROM ${NODE_IMAGE} AS build
WORKDIR /lws
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts
COPY . .
ARG LWS_VERSION
ARG LWS_COMMIT
ARG SOURCE_DATE_EPOCH
RUN npm run build
# Each program is one file, which begins with the name of its interpreter so that it can be called as a program.
RUN mkdir /programs \
  && for name in manager lws; do \
       { echo '#!/usr/local/bin/node'; sed '1{/^#!/d}' dist/$name.js; } > /programs/$name && chmod 755 /programs/$name; \
     done

# No shell, no package manager, and user 65532.
FROM ${BASE_IMAGE}
COPY --from=build /usr/local/bin/node /usr/local/bin/node
COPY --from=build /programs/manager /manager
COPY --from=build /programs/lws /usr/local/bin/lws
COPY LICENSE /LICENSE
COPY --from=build /lws/dist/THIRD_PARTY_NOTICES /THIRD_PARTY_NOTICES
COPY --from=build /usr/local/LICENSE /NODE_LICENSE
USER 65532:65532
EXPOSE 9443 8443 8081
ENTRYPOINT ["/manager"]
