#!/bin/sh
# Install a Chromium and a Japanese font for the browser tests; does nothing when both are there.
set -eu

has_browser() {
    [ -n "${CHROMIUM:-}" ] && [ -x "$CHROMIUM" ] && return 0
    for name in chromium chromium-browser google-chrome; do
        command -v "$name" >/dev/null 2>&1 && return 0
    done
    return 1
}

has_font() {
    command -v fc-list >/dev/null 2>&1 && [ -n "$(fc-list :lang=ja family | head -n 1)" ]
}

if has_browser && has_font; then
    exit 0
fi

if ! command -v apt-get >/dev/null 2>&1; then
    echo "Please install Chromium and a Japanese font, or set CHROMIUM to the browser's path." >&2
    exit 1
fi

as_root=""
if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null 2>&1; then
        echo "Installing Chromium needs root or sudo." >&2
        exit 1
    fi
    as_root="sudo"
fi

packages=""
has_browser || packages="chromium"
has_font || packages="$packages fontconfig fonts-noto-cjk"

export DEBIAN_FRONTEND=noninteractive
$as_root apt-get update -qq >/dev/null
# shellcheck disable=SC2086  # a list of package names
if ! $as_root apt-get install -y -qq --no-install-recommends $packages >/dev/null; then
    # Ubuntu's chromium is a snap stub in containers, and some mirrors lack the large font.
    $as_root apt-get install -y -qq --no-install-recommends chromium-browser fontconfig fonts-ipafont-gothic >/dev/null
fi

has_browser && has_font
