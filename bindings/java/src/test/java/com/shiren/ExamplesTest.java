package com.shiren;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.shiren.testing.Persona;
import com.shiren.testing.Sandbox;
import com.shiren.testing.ShirenExtension;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Every example, run as a user runs it. */
@ExtendWith(ShirenExtension.class)
@Timeout(90)
class ExamplesTest {
    private final HttpClient web = HttpClient.newHttpClient();

    private static Process start(Sandbox sandbox, String name, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Dfile.encoding=UTF-8", "-cp",
                Path.of(System.getProperty("shiren.target"), "classes").toString(),
                People.ROOT.resolve("examples/java/" + name + ".java").toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().put("SHIREN_SANDBOX", sandbox.url());
        // The names on its command line are not ASCII.
        builder.environment().put("LC_ALL", "C.UTF-8");
        return builder.start();
    }

    private static String compare(Sandbox sandbox, int status, String id, String idNumber) throws Exception {
        Persona person = sandbox.persona(id);
        String photo = People.ROOT.resolve("tests/photos/phone-rotated.jpg").toString();
        Process process = start(sandbox, "Compare", person.name(), idNumber, photo);
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(30, TimeUnit.SECONDS));
        assertEquals(status, process.exitValue(), said);
        return said;
    }

    @Test
    void comparing(Sandbox sandbox) throws Exception {
        assertTrue(compare(sandbox, 0, "passes", sandbox.persona("passes").idNumber()).startsWith("passed, billed: yes"));
        assertTrue(compare(sandbox, 1, "face_differs", sandbox.persona("face_differs").idNumber()).startsWith("rejected"));
        assertEquals("", compare(sandbox, 2, "passes", "110101180001010016"));
        sandbox.assertBilled(2);
    }

    private HttpResponse<String> post(String url, String form) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(form)).build();
        return web.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> get(String url) throws Exception {
        return web.send(HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void aHostedSession(Sandbox sandbox) throws Exception {
        Process process = start(sandbox, "LivenessServer");
        try {
            String url = new BufferedReader(new InputStreamReader(process.getInputStream())).readLine();
            Persona person = sandbox.persona("passes");
            String name = "name=" + URLEncoder.encode(person.name(), StandardCharsets.UTF_8);
            HttpResponse<String> refused = post(url + "/verify", name + "&id_number=1");
            assertEquals(422, refused.statusCode());
            assertTrue(refused.body().contains("id_number"), refused.body());
            assertTrue(post(url + "/verify", name + "&id_number=" + person.idNumber()).body().startsWith("http://"));
            List<Map<String, Object>> sessions = sandbox.sessions();
            String session = (String) sessions.get(sessions.size() - 1).get("id");
            String landed = (String) sandbox.complete(session, Map.of("persona", "passes")).get("redirect");
            assertEquals(400, get(landed.substring(0, landed.length() - 4) + "0000").statusCode());
            assertEquals("passed", get(landed).body());
            assertEquals(404, get(landed).statusCode(), "each way back is used once");
            assertEquals("success", post(url + "/notify", "jh_order_id=" + session + "&order_id=1").body());
        } finally {
            process.destroyForcibly();
        }
    }
}
