// Sets everything, then as little as can be, with a stored shape.

#include "shiren_ops.hpp"

int main()
{
    using shiren::Shade;
    using shiren::Time;
    using std::chrono::milliseconds;

    shiren::Ticket ticket;
    ticket.number = 5;
    ticket.expires_at = Time(milliseconds(-1));
    ticket.shade = Shade::light;

    shiren::demo::every::Thing request;
    request.name = "王小二";
    request.key = "k";
    request.class_ = "c";
    request.threshold = 0.0;
    request.count = 0;
    request.degrees = -3;
    request.loud = true;
    request.careful = false;
    request.photo = shiren::Bytes("abc", 3);
    request.at = Time(milliseconds(1769846400250));
    request.shade = Shade::dark;
    request.shades = {Shade::light, Shade::dark};
    request.tags.emplace();
    request.thing.name = "one";
    request.other.emplace();
    request.other->name = "two";
    request.other->grams = 7;
    request.things.resize(2);
    request.things[0].name = "three";
    request.things[1].name = "four";
    request.figure.emplace();
    request.figure->kind = shiren::FigureKind::square;
    request.figure->shade = Shade::light;
    request.figure->width = 9;
    request.ticket = ticket;
    request.into().reset();

    shiren::demo::every::Thing little;
    little.ticket = shiren::Json{ticket.to_json()};
    little.into().reset();

    return shiren::demo::Open().into() == nullptr ? 1 : 0;
}
