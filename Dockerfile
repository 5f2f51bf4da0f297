# The image of hub and ministries: compiled in one stage, run in another that has no compiler and no development packages.

# The full image carries python3, make and g++: better-sqlite3 is compiled here where its prebuilt cannot be fetched.
FROM node:24-bookworm AS build
WORKDIR /app
# Packages before sources: a change of code then reuses this layer.
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY tsconfig.json tsconfig.build.json ./
COPY src ./src
COPY mocks ./mocks
RUN npm run build && npm prune --omit=dev

FROM node:24-bookworm-slim
WORKDIR /app
ENV NODE_ENV=production \
    HOST=0.0.0.0 \
    DATA_DIR=/data
# A named volume takes the owner of the folder that it covers; without this it would belong to root.
RUN mkdir /data && chown node:node /data
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
# Without src/ beside it, the starter runs dist/ as it is.
COPY --from=build /app/dist ./dist
COPY mocks/start.mjs ./mocks/
USER node
EXPOSE 4000
# node itself and not npm, so that a stop signal reaches the hub.
CMD ["node", "mocks/start.mjs", "--hub"]
