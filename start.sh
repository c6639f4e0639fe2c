#!/bin/sh
# Installs and builds what is missing, then runs the camera. See ./start.sh --help.
set -eu
here=$PWD
cd "$(dirname "$0")"

usage() {
  cat <<'TEXT'
usage: ./start.sh [start|stop|restart|status|logs|check] [-c DIR] [--defaults]
       ./start.sh --foreground [-c DIR] [--defaults]
       ./start.sh [-c DIR] event [TOPIC [NAME=VALUE ...]]

  start         install and build if needed, then run the camera as a daemon (the default)
  stop          end the daemon
  restart       end it and start it anew
  status        say whether it runs
  logs [-n N]   show the end of its log
  check         examine the cfg files and start nothing
  event         raise an event in the camera that runs; without a topic, list what there is
  --foreground  run in this terminal instead
  -c DIR        folder of onvif.cfg and rtsp.cfg (default: the folder of start.sh)
  --defaults    delete onvifrun.cfg, which holds what clients have changed, and start from onvif.cfg
TEXT
}

fail() {
  echo "start.sh: $*" >&2
  exit 69
}

wrong() {
  echo "start.sh: $*" >&2
  usage >&2
  exit 64
}

# Installs the packages of the lock file, with those that the build needs.
install() {
  cache=
  # npm keeps its cache in the home folder, which users of services do not have.
  if [ ! -w "${HOME:-/nonexistent}" ] && [ -z "${npm_config_cache:-}" ]; then
    cache=$(mktemp -d)
    export npm_config_cache="$cache"
  fi
  npm ci --include=dev --ignore-scripts --no-audit --no-fund --no-update-notifier --loglevel=error ||
    fail "the packages cannot be installed; see the lines above"
  [ -z "$cache" ] || rm -rf "$cache"
}

# Installs and builds, each only when it is out of date.
prepare() {
  command -v node >/dev/null 2>&1 || fail "Node.js is missing; install Node.js 20.19 or newer, with npm (nodejs.org)"
  node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' ||
    fail "Node.js $(node --version) is too old; install 20.19 or newer (nodejs.org)"
  if [ ! -e node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
    command -v npm >/dev/null 2>&1 || fail "npm is missing; install it (Debian: apt-get install npm)"
    echo "installing the packages (once) ..."
    install
  fi
  if [ ! -e dist/.built ] || [ -n "$(find src package.json tsconfig.json tsconfig.build.json -newer dist/.built | head -n 1)" ]; then
    [ -e node_modules/typescript ] || install
    echo "building ..."
    rm -rf dist
    npm run --silent build || fail "the build failed; see the lines above"
    : >dist/.built
  fi
}

command=
foreground=
folder=
defaults=
lines=
while [ $# -gt 0 ]; do
  case "$1" in
    start | stop | restart | status | logs | check)
      [ -z "$command" ] || wrong "one command at a time: $command or $1"
      command=$1
      ;;
    event)
      [ -z "$command" ] || wrong "one command at a time: $command or $1"
      command=event
      shift
      break
      ;;
    --foreground) foreground=yes ;;
    --defaults) defaults=--defaults ;;
    -c | --config)
      [ $# -gt 1 ] || wrong "$1 needs a folder"
      folder=$2
      shift
      ;;
    -n | --lines)
      [ $# -gt 1 ] || wrong "$1 needs a number"
      lines=$2
      shift
      ;;
    -h | --help) usage; exit 0 ;;
    *) wrong "$1 is not known here" ;;
  esac
  shift
done
if [ -n "$foreground" ]; then
  [ -z "$command" ] || wrong "--foreground and $command exclude each other"
else
  command=${command:-start}
fi
case "$folder" in
  '') folder=$PWD ;;
  /*) ;;
  *) folder=$here/$folder ;;
esac

case "$command" in
  stop | status | logs | event)
    if [ ! -e dist/.built ]; then
      echo "it was never started here"
      [ "$command" = stop ] || exit 3
      exit 0
    fi
    ;;
  *) prepare ;;
esac
[ "$command" != event ] || exec node bin/onvifrtspserver event -c "$folder" "$@"
set -- -c "$folder" $defaults
[ -z "$lines" ] || set -- "$@" -n "$lines"
# The flag is explained in docs/performance.md.
# shellcheck disable=SC2086
exec node --max-semi-space-size=4 bin/onvifrtspserver $command "$@"
