# A Toxiproxy image like the official one: two static binaries and nothing else. The version is set the way its makers set it,
# so that GET /version answers it, which clients use to find out what the server can do.

build_toxiproxy() { # version, image
  local built=$cache/toxiproxy-$1 fresh=$work/toxiproxy-$1 log=$work/go.log
  if [ ! -d "$built" ]; then
    [ "$(uname -s)" = Linux ] || fail "No registry can be reached, and Toxiproxy can be built only on Linux." "$(carry_images_over)"
    need_command go golang-go 'build Toxiproxy'
    mkdir -p "$fresh"
    CGO_ENABLED=0 GOBIN=$fresh GOFLAGS=-trimpath go install -ldflags "-s -w -X github.com/Shopify/toxiproxy/v2.Version=$1" \
      "github.com/Shopify/toxiproxy/v2/cmd/server@v$1" "github.com/Shopify/toxiproxy/v2/cmd/cli@v$1" >"$log" 2>&1 9>&- ||
      explain_go_failure "$1" "$log"
    mv "$fresh/server" "$fresh/toxiproxy"
    mv "$fresh/cli" "$fresh/toxiproxy-cli"
    mv "$fresh" "$built"
  fi
  build_image "$docker_dir/Dockerfile.toxiproxy" "$built" "$2" --build-arg "VERSION=$1"
}

explain_go_failure() { # version, log
  if grep -qE 'requires go|note: module requires Go|invalid go version' "$2"; then
    fail "Toxiproxy $1 needs a newer Go than the one here ($(go env GOVERSION)): $(reason_in "$2")" \
      "Install a newer Go, for instance from your distribution's backports. $(carry_images_over)"
  fi
  ! grep -qE 'unknown revision|version is not available' "$2" ||
    fail "There is no Toxiproxy $1." "See its releases on GitHub."
  fail "Go could not build Toxiproxy $1: $(reason_in "$2")" \
    "If Go modules come through a proxy here, set GOPROXY. $(carry_images_over)"
}
