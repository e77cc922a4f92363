# shellcheck shell=bash
# What every script here begins with. Runs in the bash 3.2 of macOS too.

set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
configuration=${CONFIGURATION:-release}
binary=$root/.build/$configuration/placemint

# Says each argument on a line of its own.
say() { printf '%s\n' "$@"; }

fail() {
    printf 'script/%s: %s\n' "${0##*/}" "$*" >&2
    exit 1
}

# Given a script's arguments: when they ask for help, prints the comment it opens with and ends.
offer_help() {
    local argument
    for argument; do
        case $argument in
            -h | --help)
                sed -n '2,/^$/s/^# \{0,1\}//p' "$0"
                exit 0
                ;;
        esac
    done
}

# Whether nothing has changed since the last build began. `swift build` knows too, but may think
# about it for ten seconds.
is_built() {
    [ -x "$binary" ] && [ -e "$1" ] \
        && [ -z "$(find "$root/Sources" "$root/Package.swift" -newer "$1" -print -quit)" ]
}

# Builds the program. Says little, unless it fails.
build_placemint() {
    local log=$root/.build/build.log stamp=$root/.build/$configuration.built
    case $configuration in
        debug | release) ;;
        *) fail "CONFIGURATION is '$configuration'; it can be debug or release" ;;
    esac
    if is_built "$stamp"; then return; fi
    if [ -x "$binary" ]; then
        say "Building Placemint."
    else
        say "Building Placemint. The first time takes some minutes."
    fi
    mkdir -p "$root/.build"
    touch "$stamp.next"
    if ! swift build --package-path "$root" -c "$configuration" --product placemint \
        >"$log" 2>&1; then
        cat "$log" >&2
        fail "the build failed"
    fi
    mv "$stamp.next" "$stamp"
}

# Homebrew keeps these apart from what macOS brings, so that they have to be pointed at.
if [ "$(uname)" = Darwin ] && command -v brew >/dev/null; then
    brewed=$(brew --prefix)/opt
    export PKG_CONFIG_PATH=$brewed/libpq/lib/pkgconfig:$brewed/curl/lib/pkgconfig:${PKG_CONFIG_PATH:-}
    export PATH=$PATH:$brewed/libpq/bin
fi
