package com.shiren;

import java.nio.file.Paths;
import java.util.Map;

/** A configuration out of the environment; its keys stay references. */
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
        if (there(variables, "SHIREN_JUHE_KEY")) {
            builder.juhe(Secret.env("SHIREN_JUHE_KEY"));
            if (there(variables, "SHIREN_JUHE_OPENID")) {
                builder.set("/accounts/juhe/openid", Secret.env("SHIREN_JUHE_OPENID"));
            }
        }
        if (together(variables, "SHIREN_JUMDATA_INIT_URL", "SHIREN_JUMDATA_RESULT_URL", "SHIREN_JUMDATA_APPCODE")) {
            builder.jumdata(
                    variables.get("SHIREN_JUMDATA_INIT_URL"),
                    variables.get("SHIREN_JUMDATA_RESULT_URL"),
                    Secret.env("SHIREN_JUMDATA_APPCODE"));
        }
        if (together(variables, "SHIREN_BAIDU_API_KEY", "SHIREN_BAIDU_SECRET_KEY")) {
            builder.set("/accounts/baidu/api_key", Secret.env("SHIREN_BAIDU_API_KEY"));
            builder.set("/accounts/baidu/secret_key", Secret.env("SHIREN_BAIDU_SECRET_KEY"));
            if (there(variables, "SHIREN_BAIDU_PLAN_ID")) {
                builder.set("/accounts/baidu/plan_id", variables.get("SHIREN_BAIDU_PLAN_ID"));
            }
        }
        return builder;
    }

    private static boolean there(Map<String, String> variables, String name) {
        return !variables.getOrDefault(name, "").isEmpty();
    }

    /** Whether all of these are set; some of them is an error. */
    private static boolean together(Map<String, String> variables, String... names) {
        String missing = null;
        int found = 0;
        for (String name : names) {
            if (there(variables, name)) {
                found++;
            } else if (missing == null) {
                missing = name;
            }
        }
        if (found > 0 && missing != null) {
            throw ShirenException.of("configuration", missing + " is not set, although its companions are", missing, null);
        }
        return found > 0;
    }
}
