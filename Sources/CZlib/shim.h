#include <zlib.h>

// zlib's initialisers are macros, which Swift does not see. 15 is the largest window, 16 more asks
// for gzip's header (zlib's manual, deflateInit2).

static inline int czlib_begin_gzip(z_stream *stream, int level) {
    return deflateInit2(stream, level, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY);
}
