// libvips takes options as C variadic arguments, which Swift cannot call. Each function here makes
// exactly one such call. All return 0 on success and leave the reason in vips' error buffer.
#include <vips/vips.h>

// Untrusted pictures make vips chatty; its warnings must not reach the server's log.
static inline void cvips_drop_log(
    const gchar *domain, GLogLevelFlags level, const gchar *message, gpointer context) {}

// Starts vips once for a server: no operation cache, few threads, and only the loaders named.
static inline int cvips_start(int threads, const char *const *loaders, int count) {
    if (vips_init("placemint")) return -1;
    g_log_set_handler(
        "VIPS", (GLogLevelFlags) (G_LOG_LEVEL_WARNING | G_LOG_LEVEL_INFO | G_LOG_LEVEL_DEBUG),
        cvips_drop_log, NULL);
    vips_cache_set_max(0);
    vips_cache_set_max_mem(0);
    vips_cache_set_max_files(0);
    vips_concurrency_set(threads);
    vips_operation_block_set("VipsForeignLoad", TRUE);
    for (int i = 0; i < count; i++) vips_operation_block_set(loaders[i], FALSE);
    vips_block_untrusted_set(TRUE);
    return 0;
}

static inline void cvips_release(VipsImage *image) { g_object_unref(image); }
static inline void cvips_free(void *memory) { g_free(memory); }

// Reads the header only; pixels are decoded when something asks for them.
static inline VipsImage *cvips_open(const void *bytes, size_t count) {
    return vips_image_new_from_buffer(
        bytes, count, "", "access", VIPS_ACCESS_SEQUENTIAL, "fail_on", VIPS_FAIL_ON_TRUNCATED,
        NULL);
}

// Decodes upright, shrunk to fit a box but never enlarged. No profile is named here: libvips would
// then go through a connection space even from sRGB to sRGB, and dark colours would shift. Its own
// "fail_on" argument does not reach the loader of a buffer; a loader's option does.
static inline int cvips_thumbnail(
    const void *bytes, size_t count, VipsImage **out, int width, int height) {
    return vips_thumbnail_buffer(
        (void *) bytes, count, out, width, "height", height, "size", VIPS_SIZE_DOWN,
        "option_string", "[fail_on=truncated]", NULL);
}

static inline int cvips_has_profile(VipsImage *in) {
    return vips_image_get_typeof(in, VIPS_META_ICC_NAME) != 0;
}

// From the embedded profile, or the fallback when that is missing or broken, to sRGB.
static inline int cvips_profile_to_srgb(VipsImage *in, VipsImage **out, const char *fallback) {
    return vips_icc_transform(
        in, out, "srgb", "embedded", TRUE, "input_profile", fallback, "depth", 8, NULL);
}

static inline int cvips_to_srgb(VipsImage *in, VipsImage **out) {
    return vips_colourspace(in, out, VIPS_INTERPRETATION_sRGB, NULL);
}

static inline int cvips_to_bytes(VipsImage *in, VipsImage **out) {
    return vips_cast(in, out, VIPS_FORMAT_UCHAR, NULL);
}

static inline int cvips_band(VipsImage *in, VipsImage **out, int band, int count) {
    return vips_extract_band(in, out, band, "n", count, NULL);
}

static inline int cvips_join(VipsImage *in, VipsImage *band, VipsImage **out) {
    return vips_bandjoin2(in, band, out, NULL);
}

static inline int cvips_minimum(VipsImage *in, double *out) { return vips_min(in, out, NULL); }

static inline int cvips_average(VipsImage *in, double *out) { return vips_avg(in, out, NULL); }

// The box around everything in a one-band picture that is not black.
static inline int cvips_bounds(
    VipsImage *in, double threshold, int *left, int *top, int *width, int *height) {
    VipsArrayDouble *black = vips_array_double_newv(1, 0.0);
    int failed = vips_find_trim(
        in, left, top, width, height, "threshold", threshold, "background", black, NULL);
    vips_area_unref(VIPS_AREA(black));
    return failed;
}

static inline int cvips_crop(VipsImage *in, VipsImage **out, int x, int y, int w, int h) {
    return vips_extract_area(in, out, x, y, w, h, NULL);
}

static inline int cvips_crop_to_attention(VipsImage *in, VipsImage **out, int w, int h) {
    return vips_smartcrop(in, out, w, h, "interesting", VIPS_INTERESTING_ATTENTION, NULL);
}

static inline int cvips_resize(VipsImage *in, VipsImage **out, double x, double y) {
    return vips_resize(in, out, x, "vscale", y, NULL);
}

static inline int cvips_embed(
    VipsImage *in, VipsImage **out, int x, int y, int w, int h, VipsExtend extend) {
    return vips_embed(in, out, x, y, w, h, "extend", extend, NULL);
}

static inline int cvips_blur(VipsImage *in, VipsImage **out, double sigma) {
    return vips_gaussblur(in, out, sigma, "precision", VIPS_PRECISION_FLOAT, NULL);
}

static inline int cvips_scale(VipsImage *in, VipsImage **out, double factor, double offset) {
    return vips_linear1(in, out, factor, offset, NULL);
}

static inline int cvips_multiply(VipsImage *a, VipsImage *b, VipsImage **out) {
    return vips_multiply(a, b, out, NULL);
}

static inline int cvips_add(VipsImage *a, VipsImage *b, VipsImage **out) {
    return vips_add(a, b, out, NULL);
}

// The same noise every time: a preview must be the very frame a model is given later.
static inline int cvips_noise(VipsImage **out, int w, int h, double sigma) {
    return vips_gaussnoise(out, w, h, "mean", 0.0, "sigma", sigma, "seed", 5, NULL);
}

// Takes `front` where the mask is white, `back` where it is black, and mixes in between.
static inline int cvips_mix(VipsImage *mask, VipsImage *front, VipsImage *back, VipsImage **out) {
    return vips_ifthenelse(mask, front, back, out, "blend", TRUE, NULL);
}

// White letters on black, one band. `markup` is Pango markup.
static inline int cvips_text(
    VipsImage **out, const char *markup, const char *font, int width, int spacing) {
    return vips_text(
        out, markup, "font", font, "width", width, "align", VIPS_ALIGN_CENTRE, "dpi", 72,
        "spacing", spacing, "wrap", VIPS_TEXT_WRAP_WORD_CHAR, NULL);
}

static inline int cvips_save_jpeg(VipsImage *in, void **bytes, size_t *count, int quality) {
    return vips_jpegsave_buffer(
        in, bytes, count, "Q", quality, "optimize_coding", TRUE, "strip", TRUE, NULL);
}

static inline int cvips_save_png(VipsImage *in, void **bytes, size_t *count) {
    return vips_pngsave_buffer(in, bytes, count, "strip", TRUE, NULL);
}

static inline int cvips_save_webp(VipsImage *in, void **bytes, size_t *count, int quality) {
    return vips_webpsave_buffer(in, bytes, count, "Q", quality, "strip", TRUE, NULL);
}
