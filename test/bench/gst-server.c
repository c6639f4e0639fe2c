/*
 * gst-rtsp-server with a live source, for comparison: sends an H.264 byte stream of one slice a picture again and again at
 * 25 pictures a second, the same to all readers, in packets of at most 1400 bytes.
 *
 *   cc -O2 gst-server.c -o gst-server $(pkg-config --cflags --libs gstreamer-rtsp-server-1.0 gstreamer-app-1.0)
 *   gst-server PORT FILE.264      serves rtsp://127.0.0.1:PORT/bench
 */
#include <gst/app/gstappsrc.h>
#include <gst/rtsp-server/rtsp-server.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define MAX_UNITS 100000
#define INTERVAL_NS 40000000LL

static guint8 *bytes;
static gsize starts[MAX_UNITS], ends[MAX_UNITS];
static guint units;

/* A picture ends where the start code behind its slice (type 1 or 5) begins. */
static void find_units(gsize size) {
  gsize begin = 0;
  gboolean has_slice = FALSE;
  for (gsize i = 0; i + 4 < size && units < MAX_UNITS; i++) {
    if (bytes[i] || bytes[i + 1] || bytes[i + 2] != 1) continue;
    gsize code = i > 0 && bytes[i - 1] == 0 ? i - 1 : i;
    guint8 type = bytes[i + 3] & 31;
    if (has_slice) {
      starts[units] = begin;
      ends[units++] = code;
      begin = code;
    }
    has_slice = type == 1 || type == 5;
  }
  if (has_slice && units < MAX_UNITS) {
    starts[units] = begin;
    ends[units++] = size;
  }
}

static gpointer feed(gpointer source) {
  struct timespec due;
  clock_gettime(CLOCK_MONOTONIC, &due);
  for (guint n = 0;; n++) {
    guint unit = n % units;
    GstBuffer *buffer = gst_buffer_new_memdup(bytes + starts[unit], ends[unit] - starts[unit]);
    if (gst_app_src_push_buffer(source, buffer) != GST_FLOW_OK) break;
    due.tv_nsec += INTERVAL_NS;
    if (due.tv_nsec >= 1000000000L) {
      due.tv_nsec -= 1000000000L;
      due.tv_sec++;
    }
    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &due, NULL);
  }
  gst_object_unref(source);
  return NULL;
}

static void configure(GstRTSPMediaFactory *factory, GstRTSPMedia *media, gpointer data) {
  GstElement *bin = gst_rtsp_media_get_element(media);
  GstElement *source = gst_bin_get_by_name_recurse_up(GST_BIN(bin), "source");
  (void)factory;
  (void)data;
  g_thread_unref(g_thread_new("feed", feed, source));
  gst_object_unref(bin);
}

int main(int argc, char **argv) {
  gsize size;
  gst_init(&argc, &argv);
  if (argc != 3 || !g_file_get_contents(argv[2], (gchar **)&bytes, &size, NULL)) {
    fprintf(stderr, "gst-server PORT FILE.264\n");
    return 2;
  }
  find_units(size);
  if (units == 0) return 2;
  GstRTSPServer *server = gst_rtsp_server_new();
  gst_rtsp_server_set_address(server, "127.0.0.1");
  gst_rtsp_server_set_service(server, argv[1]);
  gst_rtsp_server_set_backlog(server, 512);
  GstRTSPMediaFactory *factory = gst_rtsp_media_factory_new();
  gst_rtsp_media_factory_set_launch(
      factory,
      "( appsrc name=source is-live=true format=time do-timestamp=true max-bytes=0"
      " caps=video/x-h264,stream-format=byte-stream,alignment=au,framerate=25/1"
      " ! h264parse ! rtph264pay name=pay0 pt=96 mtu=1400 )");
  gst_rtsp_media_factory_set_shared(factory, TRUE);
  g_signal_connect(factory, "media-configure", G_CALLBACK(configure), NULL);
  GstRTSPMountPoints *mounts = gst_rtsp_server_get_mount_points(server);
  gst_rtsp_mount_points_add_factory(mounts, "/bench", factory);
  g_object_unref(mounts);
  if (gst_rtsp_server_attach(server, NULL) == 0) return 1;
  printf("ready\n");
  fflush(stdout);
  g_main_loop_run(g_main_loop_new(NULL, FALSE));
  return 0;
}
