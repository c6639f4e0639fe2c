#!/bin/sh
# Makes the clips and stills of this folder. Developers only: the clips are kept in the repository.
# Needs ffmpeg with libx264 and drawtext, and the DejaVu fonts (Debian: ffmpeg fonts-dejavu-core).
#
# 24 s = 600 pictures at 25/s = 375 AAC frames at 16 kHz: both tracks end together, so the clip loops without a gap.
# Everything that moves has a period that divides 24 s.
set -eu
cd "$(dirname "$0")"
fonts=${FONTS:-/usr/share/fonts/truetype/dejavu}
seconds=24
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# clip NAME WIDTH HEIGHT KBIT: one clip and its still. Lengths below are in units of 1/720 of the height.
clip() {
  name=$1 width=$2 height=$3 kbit=$4
  unit() { awk -v n="$1" -v h="$height" 'BEGIN { printf "%d", n * h / 720 + 0.5 }'; }
  middle=$((width / 2))
  dial_x=$((middle - $(unit 290))) dial_y=$(unit 342) radius=$(unit 136)
  edge=$(unit 56) bars_y=$(unit 560) bars_h=$(unit 84)
  span=$((width - 2 * edge))
  size=$((2 * radius))

  # Ground: a diagonal blue to teal with a soft light, the dial with its rings and twelve marks, a fine grid.
  distance="hypot(X-$dial_x\\,Y-$dial_y)"
  turn="mod(atan2(Y-$dial_y\\,X-$dial_x)*6/PI+12.5\\,1)-0.5"
  ring="max(0\\,1-abs($distance-$radius)/$(unit 3))+0.35*max(0\\,1-abs($distance-$radius*0.66)/$(unit 2))+0.35*max(0\\,1-abs($distance-$radius*0.33)/$(unit 2))"
  mark="lt(abs($turn)*$distance*0.52\\,$(unit 2))*between($distance\\,$radius*1.05\\,$radius*1.13)"
  inside="lt($distance\\,$radius)"
  light="exp(-pow(hypot(X-$width*0.68\\,Y-$height*0.30)/($width*0.42)\\,2))"
  slope="(X/$width*0.5+Y/$height*0.5)"
  line="max(min(1\\,$ring)\\,$mark)"
  geq="r='(10+12*$slope+22*$light)*(1-0.35*$inside)*(1-$line)+215*$line'"
  geq="$geq:g='(26+52*$slope+44*$light)*(1-0.35*$inside)*(1-$line)+245*$line'"
  geq="$geq:b='(58+44*$slope+58*$light)*(1-0.35*$inside)*(1-$line)+245*$line'"
  bars= index=0
  for colour in 0xf2f2f2 0xe8d21f 0x1fc9d8 0x2fc24a 0xc73ac0 0xd83a34 0x2f4fd8 0x101418; do
    bars="$bars,drawbox=x=$((edge + span * index / 8)):y=$bars_y:w=$((span * (index + 1) / 8 - span * index / 8)):h=$bars_h:color=$colour:t=fill"
    index=$((index + 1))
  done
  index=0
  while [ $index -lt 16 ]; do
    grey=$(printf '0x%02x%02x%02x' $((index * 17)) $((index * 17)) $((index * 17)))
    bars="$bars,drawbox=x=$((edge + span * index / 16)):y=$((bars_y + bars_h)):w=$((span * (index + 1) / 16 - span * index / 16)):h=$(unit 30):color=$grey:t=fill"
    index=$((index + 1))
  done
  ffmpeg -v error -y -f lavfi -i "color=black:s=${width}x${height},format=gbrp,geq=$geq,format=rgb24,drawgrid=w=$(unit 80):h=$(unit 80):t=1:c=white@0.05$bars" -frames:v 1 "$work/ground.png"

  # Sweep: a quarter circle that fades behind its bright edge, turned once in four seconds.
  angle="mod(atan2(Y-$radius\\,X-$radius)/(2*PI)+1\\,1)"
  ffmpeg -v error -y -f lavfi -i "color=black:s=${size}x${size},format=rgba,geq=r=70:g=235:b=205:a='lt(hypot(X-$radius\\,Y-$radius)\\,$radius-2)*(max(0\\,($angle-0.70)/0.30)*150+gt($angle\\,0.994)*90)'" -frames:v 1 "$work/sweep.png"
  # Runner: a ball with a highlight that goes to and fro above the bars in eight seconds.
  ball=$(unit 40)
  ffmpeg -v error -y -f lavfi -i "color=black:s=${ball}x${ball},format=rgba,geq=r='255-70*hypot(X/W-0.35\\,Y/H-0.3)':g='190-170*hypot(X/W-0.35\\,Y/H-0.3)':b='80-70*hypot(X/W-0.35\\,Y/H-0.3)':a='255*clip(W/2-hypot(X-W/2+0.5\\,Y-H/2+0.5)\\,0\\,1)'" -frames:v 1 "$work/ball.png"

  text() { # font size colour x y text
    printf ",drawtext=fontfile=%s/%s.ttf:fontsize=%s:fontcolor=%s:x=%s:y=%s:text='%s'" "$fonts" "$1" "$(unit "$2")" "$3" "$4" "$5" "$6"
  }
  left=$((middle - $(unit 100)))
  texts=$(
    text DejaVuSans-Bold 64 white "(w-text_w)/2" "$(unit 44)" onvifrtspserver
    text DejaVuSans 27 0xa9d8dc "(w-text_w)/2" "$(unit 124)" "virtual ONVIF camera · test picture"
    text DejaVuSansMono-Bold 96 white "$left" "$(unit 238)" '%{eif\:n/1500\:d\:2}\:%{eif\:mod(trunc(n/25)\,60)\:d\:2}.%{eif\:mod(n\,25)*4\:d\:2}'
    text DejaVuSansMono-Bold 46 0x46ebcd "$left" "$(unit 350)" 'frame %{eif\:n\:d\:4}'
    text DejaVuSans 25 0xa9d8dc "$left" "$(unit 420)" "${width} × ${height} · H.264 · 25 fps"
  )
  ffmpeg -v error -y -loop 1 -framerate 25 -i "$work/ground.png" -loop 1 -framerate 25 -i "$work/sweep.png" \
    -loop 1 -framerate 25 -i "$work/ball.png" -f lavfi -i "sine=frequency=440:beep_factor=2:sample_rate=16000" \
    -filter_complex "[1]rotate=a='2*PI*t/4':c=none[s];[0][s]overlay=$((dial_x - radius)):$((dial_y - radius))[a];[a][2]overlay=x='$edge+($span-$ball)*(0.5-0.5*cos(2*PI*t/8))':y='$((bars_y - ball - $(unit 6)))-$(unit 26)*abs(sin(2*PI*t))'[b];[b]null$texts,scale=out_color_matrix=bt709:out_range=tv,format=yuv420p[v];[3]volume=0.25[t]" \
    -map "[v]" -map "[t]" -t $seconds -c:v libx264 -profile:v main -preset veryslow -b:v "${kbit}k" -maxrate "$((kbit * 5 / 4))k" -bufsize "${kbit}k" \
    -x264-params "keyint=25:min-keyint=25:scenecut=0:bframes=0:ref=2:open-gop=0" -threads 1 \
    -colorspace bt709 -color_primaries bt709 -color_trc bt709 -bsf:v "filter_units=remove_types=6" \
    -c:a aac -b:a 64k -ac 1 -fflags +bitexact -flags +bitexact -map_metadata -1 -movflags +faststart "$name.mp4"
  ffmpeg -v error -y -ss 11.48 -i "$name.mp4" -frames:v 1 -q:v 4 -fflags +bitexact -flags +bitexact -map_metadata -1 "$name.jpg"
}

clip test 1280 720 820
clip test_640x480 640 480 230
ls -l -- *.mp4 *.jpg
