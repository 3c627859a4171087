package com.shiren.testing;

import java.util.Map;
import java.util.Optional;

/** An impossible person of the sandbox, and what it reaches with each vendor. */
public final class Persona {
    private final Map<String, Object> fields;

    Persona(Map<String, Object> fields) {
        this.fields = fields;
    }

    /** {@code passes}, {@code face_differs}, and so on. */
    public String id() {
        return (String) fields.get("id");
    }

    /** The name. */
    public String name() {
        return (String) fields.get("name");
    }

    /** The ID number: with a right check digit, and a birth year of 18xx. */
    public String idNumber() {
        return (String) fields.get("id_number");
    }

    /** The mobile. */
    public Optional<String> mobile() {
        return Optional.ofNullable((String) fields.get("mobile"));
    }

    /** What is special about it. */
    public String note() {
        return (String) fields.get("note");
    }

    /** Everything that the sandbox tells of it. */
    public Map<String, Object> toMap() {
        return fields;
    }

    @Override
    public String toString() {
        return "Persona{" + id() + "}";
    }
}
