# Servers in which applications keep what they do for good, for machines that reach no registry: this distribution's own packages,
# with the official images' commands and folders. Only the version that this distribution has can be built.

build_postgresql() { # version, image
  local data=/var/lib/postgresql/data root=$work/root there
  refuse_unless_debian
  there=$(version_of "postgresql-$1")
  [ -n "$there" ] || refuse_version PostgreSQL "$1"
  make_root "$(release_here)" "postgresql-$1" 'the PostgreSQL image'
  # Its compiler of queries is two thirds of it.
  rm -f "$root"/usr/lib/*/libLLVM*.so* "$root"/usr/lib/*/libz3.so*
  rm -rf "$root/usr/lib/postgresql/$1/lib/bitcode" "$root"/etc/postgresql/* "$root/var/lib/postgresql/$1"
  initialise_postgresql "/usr/lib/postgresql/$1/bin" "$data" >"$work/initdb.log" 2>&1 ||
    fail "PostgreSQL $1 could not be initialised: $(reason_in "$work/initdb.log")" "$(carry_images_over)"
  import_root "$2" --change "ENV PATH=/usr/lib/postgresql/$1/bin:/usr/bin:/bin PGDATA=$data" --change 'EXPOSE 5432' \
    --change "$(as_user postgres)" --change 'CMD ["postgres"]' --change 'LABEL ackproof.built=here'
}

initialise_postgresql() { # folder of its programs, folder of its data
  chroot "$work/root" install -d -o postgres -g postgres /run/postgresql "$2" &&
    chroot "$work/root" setpriv --reuid=postgres --regid=postgres --init-groups "$1/initdb" --auth=trust --encoding=UTF8 --locale=C.UTF-8 --pgdata="$2" &&
    printf "listen_addresses = '*'\n" >>"$work/root$2/postgresql.conf" &&
    printf 'host all all all trust\n' >>"$work/root$2/pg_hba.conf"
}

build_redis() { # version, image
  local there
  refuse_unless_debian
  there=$(version_of redis-server)
  case $there in "$1" | "$1".*) ;; *) refuse_version Redis "$1" "$there" ;; esac
  make_root "$(release_here)" redis-server 'the Redis image'
  import_root "$2" --change 'EXPOSE 6379' --change 'WORKDIR /var/lib/redis' \
    --change "$(as_user redis)" --change 'CMD ["redis-server"]' --change 'LABEL ackproof.built=here'
}

version_of() { # package
  local there
  there=$(version_in_apt "$1")
  [ -n "$there" ] || { update_apt_lists; there=$(version_in_apt "$1"); }
  printf '%s' "$there"
}

as_user() { # user
  printf 'ENTRYPOINT ["setpriv", "--reuid=%s", "--regid=%s", "--init-groups", "--"]' "$1" "$1"
}

refuse_version() { # name, version, version that is there
  fail "No registry can be reached, and $(release_here) has no $1 $2 to build its image from${3:+, but $3}." "$(carry_images_over)"
}
