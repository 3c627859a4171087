package com.shiren;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.shiren.model.Decision;
import com.shiren.testing.Sandbox;
import com.shiren.testing.ShirenExtension;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Where accounts come from. */
@ExtendWith(ShirenExtension.class)
class ConfigTest {
    @TempDir
    Path folder;

    @Test
    void secretsByReference(Sandbox sandbox) throws Exception {
        Path key = Files.writeString(folder.resolve("key"), "sandbox-juhe-key\r\n");
        try (Client client = sandbox.builder().juhe(Secret.file(key.toString())).build()) {
            assertSame(Decision.PASSED, client.juhe().verifyface().verify2(People.passing(sandbox)).verdict().decision());
            assertTrue(client.toString().contains("Secret.file("), client.toString());
        }
        String json = "{\"accounts\":{\"juhe\":{\"key\":{\"env\":\"NO_SUCH_VARIABLE\"}}}}";
        ConfigurationException missing =
                assertThrows(ConfigurationException.class, () -> Client.fromJson(json).build());
        assertEquals("/accounts/juhe/key", missing.field().orElseThrow());
        assertTrue(missing.getMessage().contains("NO_SUCH_VARIABLE"));
        assertThrows(ConfigurationException.class, () -> Client.builder().juhe(Secret.file("/none")).build());
        assertThrows(ConfigurationException.class, () -> Secret.env(""));
        // An object that is one in the configuration is no reference.
        ConfigurationException odd = assertThrows(ConfigurationException.class, () ->
                Client.fromJson("{\"accounts\":{\"juhe\":{\"env\":\"PATH\"}}}").build());
        assertFalse(odd.getMessage().contains(System.getenv("PATH")));
    }

    @Test
    void whatIsWrongIsNamedAndNotQuoted() {
        ConfigurationException unknown = assertThrows(ConfigurationException.class, () ->
                Client.builder().set("/accounts/juhe/kye", "k-1234567").build());
        assertFalse(unknown.getMessage().contains("k-1234567"), unknown.getMessage());
        for (String text : new String[] {"", "[]", "{\"accounts\":\"k-1234567\"", "k-1234567"}) {
            ConfigurationException wrong = assertThrows(ConfigurationException.class, () -> Client.fromJson(text));
            assertFalse(wrong.getMessage().contains("k-1234567"), wrong.getMessage());
        }
        assertThrows(ConfigurationException.class, () -> Client.builder().set("key", "x"));
        assertThrows(ConfigurationException.class, () -> Client.builder().set("/timeout_ms", new Object()).build());
        assertThrows(InvalidArgumentException.class, () -> Client.builder().timeout(Duration.ZERO));
        assertThrows(java.io.UncheckedIOException.class, () -> Client.fromFile(Path.of("/none.json")));
    }

    @Test
    void aSandboxRefusesRealVendors() {
        ConfigurationException refused = assertThrows(ConfigurationException.class, () ->
                Client.sandbox("http://127.0.0.1:1").set("/accounts/juhe/base_url", "https://apis.juhe.cn").build());
        assertTrue(refused.getMessage().contains("test mode"), refused.getMessage());
    }

    @Test
    void theEnvironment() {
        Map<String, String> variables = new LinkedHashMap<>();
        variables.put("SHIREN_JUHE_KEY", "k-1234567");
        variables.put("SHIREN_BAIDU_API_KEY", "a");
        String shown = Environment.read(variables).toString();
        assertTrue(shown.contains("Secret.env(SHIREN_JUHE_KEY)") && shown.contains("Secret.env(SHIREN_BAIDU_API_KEY)"), shown);
        assertThrows(ConfigurationException.class, () -> Environment.read(variables).build(), "they are not set in truth");
        variables.put("SHIREN_SANDBOX", "http://127.0.0.1:1/");
        assertTrue(Environment.read(variables).toString().contains("http://127.0.0.1:1/"));
        Environment.read(variables).build().close();
    }

    @Test
    void variablesMakeAccounts(Sandbox sandbox) {
        ConfigurationException half = assertThrows(ConfigurationException.class, () ->
                Client.builder().set("/environment/SHIREN_BAIDU_API_KEY", "a-1234567").build());
        assertEquals("SHIREN_BAIDU_SECRET_KEY", half.field().orElseThrow());
        Client.Builder builder = Client.builder().set("/environment/SHIREN_JUMDATA_GATEWAY", "own");
        ConfigurationException missing = assertThrows(ConfigurationException.class, builder::build);
        assertEquals("SHIREN_JUMDATA_INIT_URL", missing.field().orElseThrow());
        // Another tenant is another key of the same sandbox.
        Client.Builder stranger = sandbox.builder().set("/accounts/juhe/key", "no-such-key");
        try (Client client = stranger.build()) {
            assertThrows(AuthenticationException.class, () -> client.juhe().verifyface().verify2(People.passing(sandbox)));
        }
    }

    @Test
    void limitsAreSet(Sandbox sandbox) {
        try (Client client = sandbox.builder().set("/limits/juhe/max_billed", 1).timeout(Duration.ofSeconds(5)).build()) {
            client.juhe().verifyface().verify2(People.passing(sandbox));
            QuotaException spent = assertThrows(
                    QuotaException.class, () -> client.juhe().verifyface().verify2(People.passing(sandbox)));
            assertEquals("/limits/juhe/max_billed", spent.field().orElseThrow());
        }
        sandbox.assertBilled(1);
    }
}
