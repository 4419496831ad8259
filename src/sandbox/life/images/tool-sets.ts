/** Command sets of the base images the catalogue is built from. */

const words = (text: string): string[] => text.trim().split(/\s+/)

/** The applets of Alpine's busybox that somebody in a workshop may type. */
export const BUSYBOX = words(`
  arch ash awk base64 basename busybox cat chgrp chmod chown clear cp cut date dd df diff dirname dmesg dnsdomainname du
  echo egrep env expr false fgrep find fold free getopt grep gunzip gzip head hostname id ifconfig install ip ipaddr
  iproute kill killall less ln ls md5sum mkdir mkfifo mktemp more mount mv nc netstat nl nologin nproc nslookup od
  paste pgrep pidof ping ping6 pkill printenv printf ps pwd readlink realpath reset rm rmdir route sed seq sh sha1sum
  sha256sum sleep sort split stat strings stty sync tac tail tar tee telnet test time timeout top touch tr traceroute
  true truncate tty uname uniq uptime usleep vi watch wc wget which whoami xargs yes zcat
`)

/** coreutils, grep, sed, tar, dash: what debian:slim brings. No ps, no network tools. */
export const DEBIAN = words(`
  arch awk base64 basename bash cat chgrp chmod chown clear cp cut date dd df diff dirname du echo egrep env expr false
  fgrep find fold free getent grep gunzip gzip head hostname id install kill ln ls md5sum mkdir mkfifo mktemp more mv nl
  nproc od paste perl pidof printenv printf pwd readlink realpath rm rmdir sed seq sh sha1sum sha256sum sleep sort split
  stat stty sync tac tail tar tee test timeout touch tr true truncate tty uname uniq wc whoami xargs yes zcat
`)

/** What network-multitool adds to Alpine; its `nc` stays busybox's. */
export const MULTITOOL = words('bash curl dig host nslookup jq openssl nginx arping tracepath clockdiff')

export const NETSHOOT = words(`
  bash zsh curl dig host nslookup jq openssl iperf iperf3 mtr nmap ncat socat tcpdump tshark ss iptables nft
  ethtool bridge drill httpie http netcat conntrack ipset speedtest-cli swaks termshark vim git
`)
