package com.shiren;

import com.shiren.juhe.verifyface.Verify2Request;
import com.shiren.testing.Persona;
import com.shiren.testing.Sandbox;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** What many tests send. */
final class People {
    static final Path ROOT = Path.of(System.getProperty("shiren.root")).toAbsolutePath().normalize();
    static final byte[] PHOTO = read("tests/photos/portrait.jpg");
    static final String VERIFY = "juhe.verifyface.verify2";

    private People() {}

    static byte[] read(String path) {
        try {
            return Files.readAllBytes(ROOT.resolve(path));
        } catch (IOException error) {
            throw new UncheckedIOException(error);
        }
    }

    static Verify2Request passing(Sandbox sandbox) {
        Persona person = sandbox.persona("passes");
        return Verify2Request.builder().realname(person.name()).idcard(person.idNumber()).image(PHOTO).build();
    }

    static Map<String, Object> fields(Sandbox sandbox) {
        Persona person = sandbox.persona("passes");
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("realname", person.name());
        fields.put("idcard", person.idNumber());
        fields.put("image", PHOTO);
        return fields;
    }

    /** A map of names and values. */
    static Map<String, Object> map(Object... pairs) {
        Map<String, Object> found = new LinkedHashMap<>();
        for (int at = 0; at < pairs.length; at += 2) {
            found.put((String) pairs[at], pairs[at + 1]);
        }
        return found;
    }
}
