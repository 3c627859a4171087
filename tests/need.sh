# Sourced: installs what a test needs and the machine lacks.

# need WHAT PACKAGE : a command, or a file by its absolute path; and the Debian package that has it
need() {
  there "$1" && return
  echo "installing $2"
  { apt-get install -y -qq -o DPkg::Lock::Timeout=300 --no-install-recommends "$2" ||
    { apt-get update -qq && apt-get install -y -qq -o DPkg::Lock::Timeout=300 --no-install-recommends "$2"; }; } >/dev/null 2>&1
  there "$1" && return
  echo "not ok: $1 is missing; install it (Debian: apt-get install $2)"
  exit 1
}

there() { case $1 in /*) [ -e "$1" ] ;; *) command -v "$1" >/dev/null ;; esac; }
