# Both bases are arguments, so that a mirror's copies can stand in for them. `npm run pin:images` writes their digests.
ARG BUILDER_IMAGE=node:24-bookworm-slim
ARG NODE_IMAGE=gcr.io/distroless/nodejs24-debian12:nonroot

# The program is the same for all platforms: it is built on that of this machine.
FROM --platform=$BUILDPLATFORM ${BUILDER_IMAGE} AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY scripts ./scripts
COPY src ./src
COPY LICENSE ./
# The program has the command `query`; the file of it alone is for machines without the image.
RUN node scripts/build.ts && rm dist/registry-index-query.mjs

FROM ${NODE_IMAGE}
COPY --from=build /build/dist /app
WORKDIR /app
ENV NODE_ENV=production
USER 65532:65532
EXPOSE 8080 9090
ENTRYPOINT ["/nodejs/bin/node", "/app/registry-index.mjs"]
