package com.shiren;

import java.nio.file.Paths;
import java.util.Map;

/** A configuration out of the environment; its values stay references. */
final class Environment {
    private Environment() {}

    static Client.Builder read(Map<String, String> variables) {
        if (there(variables, "SHIREN_SANDBOX")) {
            return Client.sandbox(variables.get("SHIREN_SANDBOX"));
        }
        if (there(variables, "SHIREN_CONFIG")) {
            return Client.fromFile(Paths.get(variables.get("SHIREN_CONFIG")));
        }
        Client.Builder builder = Client.builder();
        variables.forEach((name, value) -> {
            if (name.startsWith("SHIREN_") && !value.isEmpty()) {
                builder.set("/environment/" + name, Secret.env(name));
            }
        });
        return builder;
    }

    private static boolean there(Map<String, String> variables, String name) {
        return !variables.getOrDefault(name, "").isEmpty();
    }
}
