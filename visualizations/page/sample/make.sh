#!/bin/sh
# Makes the sample stream that lies beside this script: 16 s of ffmpeg's moving test picture with a running clock, H.264 without sound, as eight
# HLS segments of 2 s each. Needs ffmpeg with libx264 (Debian: `apt-get install ffmpeg fonts-dejavu-core`).
#
# Fragmented MP4 rather than MPEG-TS, since a segment that ends in `.ts` would be taken for a source file. Baseline profile and one key frame at
# the head of every segment: any browser that plays H.264 plays it, and can begin with any part.
set -eu
cd "$(dirname "$0")"
rm -f index.m3u8 init.mp4 ./*.m4s
ffmpeg -hide_banner -loglevel error -y \
  -f lavfi -i 'testsrc2=size=320x180:rate=15:duration=16' \
  -vf "drawtext=text='%{pts\:hms}':font=DejaVu Sans Mono:fontsize=28:fontcolor=white:box=1:boxcolor=black@0.6:boxborderw=6:x=(w-text_w)/2:y=(h-text_h)/2" \
  -an -c:v libx264 -profile:v baseline -level 3.0 -pix_fmt yuv420p -preset veryslow -crf 33 -threads 1 \
  -g 30 -keyint_min 30 -sc_threshold 0 -fflags +bitexact -flags:v +bitexact -map_metadata -1 \
  -f hls -hls_time 2 -hls_playlist_type vod -hls_segment_type fmp4 \
  -hls_fmp4_init_filename init.mp4 -hls_segment_filename 'part%d.m4s' index.m3u8
ls -l
