#!/bin/sh
# Builds the control plane's binaries once, and prints the folder that holds them:
#   control-plane  etcd, kube-apiserver, kube-controller-manager, kube-scheduler, kubectl (main.go)
#   kwok           the fake kubelets
# The folder's name is a digest of all that goes in, so a change of the sources builds anew beside it.
# Environment: XDG_CACHE_HOME, and Go's own. Talk goes to stderr.
set -eu

kubernetes=v1.37.2
kwok=v0.8.0

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/irsa/control-plane

say() { echo "control plane: $*" >&2; }

digest() {
  { cat "$here"/*.go "$here/go.mod" "$here/go.sum" "$here/build.sh" && go version; } |
    git hash-object --stdin | cut -c1-16
}

# Held by a symbolic link to our process id: made in one step, and telling whether its owner still lives.
lock() {
  until ln -s "$$" "$1" 2>/dev/null; do
    if kill -0 "$(readlink "$1")" 2>/dev/null; then sleep 1; else rm -f "$1"; fi
  done
}

build() {
  minor=${kubernetes#v1.}
  minor=${minor%.*}
  version=k8s.io/component-base/version
  say "building Kubernetes $kubernetes and kwok $kwok (the first time about 8 minutes on 2 cores, 5 GB of disk)"
  export CGO_ENABLED=0
  (cd "$here" && go build -trimpath -o "$1/control-plane" -ldflags "-s -w \
    -X $version.gitVersion=$kubernetes -X $version.gitMajor=1 -X $version.gitMinor=$minor" .)
  say "Kubernetes is built; kwok next"
  GOBIN=$1 go install -trimpath -ldflags "-s -w" "sigs.k8s.io/kwok/cmd/kwok@$kwok"
}

command -v go >/dev/null || {
  say "Go is needed to build it (https://go.dev/dl), or KUBEBUILDER_ASSETS: see $here/README.md"
  exit 1
}

folder=$cache/$(digest)
if [ ! -d "$folder" ]; then
  mkdir -p "$cache"
  lock "$folder.lock"
  trap 'rm -rf "$folder.lock" "$folder.unfinished"' EXIT
  trap 'exit 1' INT TERM HUP
  if [ ! -d "$folder" ]; then
    rm -rf "$folder.unfinished"
    mkdir "$folder.unfinished"
    build "$folder.unfinished"
    mv "$folder.unfinished" "$folder"
    say "built into $folder"
  fi
fi
echo "$folder"
