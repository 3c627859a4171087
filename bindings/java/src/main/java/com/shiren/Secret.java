package com.shiren;

import java.util.Objects;

/** A reference to a secret: where it is, not what it is. It is read when a client is made. Safe to print. */
public final class Secret {
    private final String kind;
    private final String place;

    private Secret(String kind, String place) {
        if (place == null || place.isEmpty()) {
            throw ShirenException.of("configuration", "a secret is in a variable of the environment or in a file: name it", kind, null);
        }
        this.kind = kind;
        this.place = place;
    }

    /** The value of a variable of the environment. */
    public static Secret env(String name) {
        return new Secret("env", name);
    }

    /** The text of a file, without the line break at its end. */
    public static Secret file(String path) {
        return new Secret("file", path);
    }

    /** {@code env} or {@code file}. */
    public String kind() {
        return kind;
    }

    /** The variable's name, or the file's path. */
    public String place() {
        return place;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Secret && ((Secret) other).kind.equals(kind) && ((Secret) other).place.equals(place);
    }

    @Override
    public int hashCode() {
        return Objects.hash(kind, place);
    }

    @Override
    public String toString() {
        return "Secret." + kind + "(" + place + ")";
    }
}
