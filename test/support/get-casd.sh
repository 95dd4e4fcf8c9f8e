#!/bin/sh
# buildbox-casd of Debian testing into a folder of its own, with the libraries that it needs: nothing of the system changes.
# Debian's mirror is the one that apt already uses here.
set -e
to=${1:?usage: get-casd.sh FOLDER [SUITE]}
suite=${2:-testing}
next=$to.$$.next
trap 'rm -rf "$next"' EXIT
apt=$next/apt
mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial" "$next/root"
: > "$apt/status"
repo=$(apt-get indextargets --format '$(REPO_URI)' | grep -v security | head -n 1)
test -n "$repo"
echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $repo $suite main" > "$apt/sources.list"
cat > "$apt/apt.conf" <<END
Dir::Etc::sourcelist "$apt/sources.list"; Dir::Etc::sourceparts "/dev/null";
Dir::Etc::preferences "/dev/null"; Dir::Etc::preferencesparts "/dev/null";
Dir::State::lists "$apt/lists"; Dir::State::status "$apt/status"; Dir::Cache "$apt/cache";
APT::Sandbox::User "root"; Acquire::Languages "none"; Acquire::http::Timeout "20"; Acquire::Retries "0";
END
export APT_CONFIG="$apt/apt.conf"
apt-get -qq update
apt-get -qq -y --download-only --no-install-recommends install buildbox
for deb in "$apt"/cache/archives/*.deb; do dpkg-deb -x "$deb" "$next/root"; done
lib=$(dirname "$(find "$next/root/usr/lib" -name 'ld-linux-*' | head -n 1)")
lib=$to${lib#"$next"}
ld=$(basename "$(find "$next/root/usr/lib" -name 'ld-linux-*' | head -n 1)")
for tool in buildbox-casd buildbox-run-hosttools; do
  printf '#!/bin/sh\nexec "%s" --library-path "%s" "%s" "$@"\n' "$lib/$ld" "$lib" "$to/root/usr/bin/$tool" > "$next/$tool"
  chmod +x "$next/$tool"
done
rm -rf "$apt"
# Whole or not at all; somebody else may have been quicker.
mkdir -p "$(dirname "$to")"
test -x "$to/buildbox-casd" || mv -T "$next" "$to"
