# A minimal root of this machine's own distribution with one of its packages, made by debootstrap from the mirror that apt uses
# here, and imported as an image: what is built where no registry answers stands on one.

refuse_unless_debian() {
  [ "$(uname -s)" = Linux ] && command -v apt-get >/dev/null ||
    fail "No registry can be reached, and images can be built only on Debian or Ubuntu." "$(carry_images_over)"
}

release_here() { . /etc/os-release && printf '%s' "${VERSION_CODENAME:-}"; }

# The version of a package that apt would install here, without its epoch; empty where apt knows none.
version_in_apt() { # package
  apt-cache policy "$1" 2>/dev/null | awk '$1 == "Candidate:" && $2 != "(none)" { sub(/^[0-9]+:/, "", $2); print $2 }'
}

# A fresh machine has no lists yet.
update_apt_lists() { apt-get update >"$work/apt-update.log" 2>&1 9>&- || true; }

make_root() { # release, package, what for; leaves it in $work/root
  local root=$work/root log=$work/debootstrap.log options
  [ "$(id -u)" = 0 ] ||
    fail "No registry can be reached, and building the images needs root once (debootstrap makes a root file system)." \
      "Run this once with sudo. $(carry_images_over)"
  need_disk "$cache" "$3"
  need_disk "$(docker info --format '{{.DockerRootDir}}')" "$3"
  need_command debootstrap debootstrap 'make a root file system'
  read_apt_source "$1"
  options="--variant=minbase --components=${apt_components// /,} --cache-dir=$cache/debs"
  [ -z "$apt_keyring" ] || options="$options --keyring=$apt_keyring"
  mkdir -p "$cache/debs" "$root"
  note "making a $1 root with $2 (about a minute)"
  # shellcheck disable=SC2086 # options is a list of words
  http_proxy=${http_proxy:-$(apt_proxy http)} https_proxy=${https_proxy:-$(apt_proxy https)} \
    debootstrap $options --include="$2" "$1" "$root" "$apt_mirror" >"$log" 2>&1 9>&- ||
    fail "debootstrap could not make a $1 root: $(reason_in "$log")" \
      "If the mirror did not answer, run this again; what was downloaded is kept in $cache/debs."
  leave_out_what_no_server_reads "$root"
}

import_root() { # image, further arguments of docker import
  local image=$1 root=$work/root
  shift
  tar -C "$root" --one-file-system -c . | docker import --message 'built by docker/prepare.sh' "$@" - "$image" >/dev/null ||
    fail "docker import refused the root file system." "Is there space left? See: docker system df"
  rm -rf --one-file-system "$root"
}

# Sets apt_mirror, apt_components and apt_keyring to where apt finds this release. Both formats are read: one line an entry
# (deb [options] uri suite components) and stanzas (Types:, URIs:, Suites:, Components:, Signed-By:).
read_apt_source() { # release
  local found etc=${APT_ETC:-/etc/apt}
  found=$(
    {
      cat "$etc"/sources.list "$etc"/sources.list.d/*.list 2>/dev/null | awk '
        $1 == "deb" {
          key = ""; i = 2
          if ($2 ~ /^\[/) {
            for (; i <= NF; i++) {
              option = $i; gsub(/[][]/, "", option)
              if (option ~ /^signed-by=/) key = substr(option, 11)
              if ($i ~ /\]$/) { i++; break }
            }
          }
          parts = ""; for (j = i + 2; j <= NF && $j !~ /^#/; j++) parts = parts (parts == "" ? "" : " ") $j
          print $(i + 1) "\t" $i "\t" parts "\t" key
        }'
      for file in "$etc"/sources.list.d/*.sources; do
        # A stanza ends with an empty line; the added one ends the last of each file. A line that begins with a space goes on
        # with the field before it (a key may be given that way; it is no path then and is not used).
        [ ! -e "$file" ] || { cat "$file"; echo; }
      done | awk '
        function tell(  n, i, m, k, us, ss) {
          if (types ~ /(^| )deb( |$)/ && enabled !~ /^no/) {
            n = split(suites, ss, " "); m = split(uris, us, " ")
            for (i = 1; i <= n; i++) for (k = 1; k <= m; k++) print ss[i] "\t" us[k] "\t" parts "\t" key
          }
          types = uris = suites = parts = key = enabled = field = ""
        }
        /^#/ { next }
        /^[ \t]*$/ { tell(); next }
        /^[ \t]/ { value = $0; sub(/^[ \t]+/, "", value)
          if (field == "uris") uris = uris " " value
          if (field == "suites") suites = suites " " value
          next }
        { field = tolower($0); sub(/:.*/, "", field); value = $0; sub(/^[^:]*:[ \t]*/, "", value)
          if (field == "types") types = value
          if (field == "uris") uris = value
          if (field == "suites") suites = value
          if (field == "components") parts = value
          if (field == "signed-by") key = value
          if (field == "enabled") enabled = value }'
    } | awk -F '\t' -v release="$1" '$1 == release && $2 ~ /^(https?|file|ftp):/ && $3 ~ /(^| )main( |$)/ { print; exit }'
  )
  [ -n "$found" ] ||
    fail "No source in $etc offers $1 with the component main by http, so debootstrap has no mirror." \
      "Add one to $etc/sources.list. $(carry_images_over)"
  apt_mirror=$(printf '%s' "$found" | cut -f2)
  apt_components=$(printf '%s' "$found" | cut -f3)
  apt_keyring=$(printf '%s' "$found" | cut -f4)
  [ -f "$apt_keyring" ] || apt_keyring=
}

apt_proxy() { # http or https
  local proxy=
  eval "$(apt-config shell proxy "Acquire::$1::Proxy")"
  [ "$proxy" = DIRECT ] || printf '%s' "$proxy"
}

leave_out_what_no_server_reads() { # root
  rm -rf "$1"/var/cache/apt/* "$1"/var/cache/debconf/*-old "$1"/var/lib/apt/lists/* "$1"/var/log/* \
    "$1"/usr/share/doc/* "$1"/usr/share/man/* "$1"/usr/share/info/* "$1"/usr/share/locale/* "$1"/usr/share/fonts/*
  # debootstrap copies these from this machine, and Docker gives every container its own.
  rm -f "$1"/etc/resolv.conf "$1"/etc/hostname
}
