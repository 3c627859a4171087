/* Sets everything, then nothing. */

#include "shiren_ops.h"

int main(void)
{
    static const uint8_t photo[3] = {1, 2, 3};
    const char *const shades[2] = {SHIREN_WORD_SHADE_LIGHT, SHIREN_WORD_SHADE_DARK};
    const char *const no_tags[1] = {NULL};
    shiren_demo_every_thing fields = {0};
    const shiren_demo_every_thing nothing = {0};
    shiren_thing other = {0};
    shiren_thing things[2] = {{0}, {0}};
    shiren_figure figure = {0};
    shiren_response *response = NULL;

    fields.name = "王小二";
    fields.key = "k";
    fields.class_ = "c";
    fields.threshold.set = true;
    fields.count.set = true;
    fields.degrees = -3;
    fields.loud = true;
    fields.careful.set = true;
    fields.photo.data = photo;
    fields.photo.length = sizeof photo;
    fields.at = "2026-01-31T08:00:00.250Z";
    fields.shade = SHIREN_WORD_SHADE_DARK;
    fields.shades.items = shades;
    fields.shades.count = 2;
    fields.tags.items = no_tags;
    fields.thing.name = "one";
    other.name = "two";
    other.grams.set = true;
    other.grams.value = 7;
    fields.other = &other;
    things[0].name = "three";
    things[1].name = "four";
    fields.things.items = things;
    fields.things.count = 2;
    figure.kind = SHIREN_WORD_FIGURE_KIND_SQUARE;
    figure.shade = SHIREN_WORD_SHADE_LIGHT;
    figure.width.set = true;
    figure.width.value = 9;
    fields.figure = &figure;
    fields.ticket.number = 5;
    fields.ticket.expires_at = "1969-12-31T23:59:59.999Z";
    fields.ticket.shade = SHIREN_WORD_SHADE_LIGHT;
    if (shiren_demo_every_thing_run(NULL, &fields, NULL, &response, NULL) != SHIREN_TIMEOUT) {
        return 1;
    }
    if (shiren_demo_every_thing_start(NULL, &nothing, NULL, NULL, NULL, NULL, NULL) != SHIREN_OK) {
        return 2;
    }
    return shiren_demo_open_run(NULL, NULL, &response, NULL) == SHIREN_TIMEOUT ? 0 : 3;
}
