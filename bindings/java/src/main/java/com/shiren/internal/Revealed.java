package com.shiren.internal;

import com.shiren.Secret;
import com.shiren.ShirenException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Paths;

/** What a secret refers to. */
final class Revealed {
    private Revealed() {}

    static String of(Secret secret, String field) {
        String place = secret.place();
        if (secret.kind().equals("env")) {
            String value = System.getenv(place);
            if (value == null || value.isEmpty()) {
                throw ShirenException.of("configuration", "the environment variable " + place + " is not set", field, null);
            }
            return value;
        }
        try {
            String text = new String(Files.readAllBytes(Paths.get(place)), StandardCharsets.UTF_8);
            int end = text.length();
            while (end > 0 && "\r\n".indexOf(text.charAt(end - 1)) >= 0) {
                end--;
            }
            return text.substring(0, end);
        } catch (IOException | IllegalArgumentException error) {
            throw ShirenException.of("configuration", "the file " + place + " cannot be read", field, null);
        }
    }
}
