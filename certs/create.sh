#!/usr/bin/env bash
# Makes an authority and a certificate of it for a manager on this machine, in this folder: ca.crt, tls.crt, tls.key. Nothing keeps the authority's key.
set -euo pipefail
cd "$(dirname "$0")"
umask 077

ca_key=$(mktemp)
trap 'rm -f "$ca_key" request.csr' EXIT

names=DNS:localhost,IP:127.0.0.1,DNS:lws-webhook-service.lws-system.svc
# The address under which a cluster on this machine reaches it, such as host.docker.internal.
for name in "$@"; do names+=,DNS:$name; done

openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$ca_key" -out ca.crt -days 30 \
  -subj '/CN=LeaderWorkerSet development' -addext keyUsage=critical,keyCertSign 2>/dev/null
openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout tls.key -out request.csr -subj /CN=localhost 2>/dev/null
openssl x509 -req -in request.csr -CA ca.crt -CAkey "$ca_key" -days 30 -out tls.crt \
  -extfile <(printf 'subjectAltName=%s\nextendedKeyUsage=serverAuth\nbasicConstraints=critical,CA:FALSE\n' "$names") 2>/dev/null
chmod 644 ca.crt tls.crt
echo "ca.crt, tls.crt and tls.key are for $names, for 30 days"
