#!/bin/sh
# Makes the pictures beside it with the vips command line tool: 96x72, red left, blue right.
set -eu
cd "$(dirname "$0")"
base=$(mktemp -d)
trap 'rm -rf "$base"' EXIT
vips black "$base/half.v" 48 72 --bands 3
vips linear "$base/half.v" "$base/red.v" "1 1 1" "200 60 40" --uchar
vips linear "$base/half.v" "$base/blue.v" "1 1 1" "40 80 180" --uchar
vips join "$base/red.v" "$base/blue.v" "$base/join.v" horizontal
vips copy "$base/join.v" "$base/two.v" --interpretation srgb
for kind in 'heic[Q=90]' 'avif[Q=90]' 'webp[Q=95]' 'tif[compression=deflate]' gif png 'jpg[Q=95]'; do
    vips copy "$base/two.v" "two.$kind"
done
vips colourspace "$base/two.v" "$base/deep.v" rgb16
vips copy "$base/deep.v" two-16-bit.png
vips colourspace "$base/two.v" "$base/grey.v" b-w
vips copy "$base/grey.v" two-grey.png
vips icc_transform "$base/two.v" "$base/p3.v" p3 --input-profile srgb
vips copy "$base/p3.v" 'two-p3.jpg[Q=95]'
vips icc_transform "$base/two.v" "$base/cmyk.v" cmyk --input-profile srgb
vips copy "$base/cmyk.v" 'two-cmyk.jpg[Q=95,strip]'
