package com.shiren;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.shiren.check.CheckFunctions;
import com.shiren.check.IdNumberRequest;
import com.shiren.juhe.returns.ReturnsFunctions;
import com.shiren.juhe.returns.VerifyRequest;
import com.shiren.juhe.verifyface.Verify2Reply;
import com.shiren.juhe.verifyface.Verify2Request;
import com.shiren.liveness.FinishRequest;
import com.shiren.liveness.StartRequest;
import com.shiren.model.Billed;
import com.shiren.model.Check;
import com.shiren.model.Decision;
import com.shiren.model.ErrorKind;
import com.shiren.model.Hint;
import com.shiren.model.Session;
import com.shiren.model.Subject;
import com.shiren.model.Vendor;
import com.shiren.photo.FitReply;
import com.shiren.photo.FitRequest;
import com.shiren.photo.PhotoFunctions;
import com.shiren.testing.Persona;
import com.shiren.testing.Sandbox;
import com.shiren.testing.ShirenExtension;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Requests, replies and errors, with types and without. */
@ExtendWith(ShirenExtension.class)
class ClientTest {
    @Test
    void aPersonPassesAndPaysOnce(Sandbox sandbox, Client client) {
        Verify2Reply reply = client.juhe().verifyface().verify2(People.passing(sandbox));
        assertSame(Decision.PASSED, reply.verdict().decision());
        assertSame(Billed.YES, reply.verdict().billed());
        assertSame(Check.PASSED, reply.verdict().checks().face());
        assertSame(Vendor.JUHE, reply.verdict().vendor());
        assertTrue(reply.verdict().score().orElseThrow().value() > 70);
        assertTrue(reply.orderid().isPresent() && reply.raw().isEmpty());
        sandbox.assertBilled(1);
        sandbox.assertNeverTwice();
        assertThrows(AssertionError.class, () -> sandbox.assertBilled(2));
    }

    @Test
    void payingTwiceForSomebodyIsSeen(Sandbox sandbox, Client client) {
        client.juhe().verifyface().verify2(People.passing(sandbox));
        client.juhe().verifyface().verify2(People.passing(sandbox));
        assertThrows(AssertionError.class, sandbox::assertNeverTwice);
    }

    @Test
    void withoutTypes(Sandbox sandbox, Client client) {
        Map<String, Object> reply = client.call(People.VERIFY, People.fields(sandbox));
        assertEquals("passed", ((Map<?, ?>) reply.get("verdict")).get("decision"));
        String text = client.call("check.id_number", "{\"id_number\":\"110101180001010015\"}");
        assertTrue(text.contains("\"accepted\":true"), text);
        String json = Shiren.write(People.fields(sandbox));
        assertTrue(client.call(People.VERIFY, json).contains("\"decision\":\"passed\""));
    }

    @Test
    void withoutAClient() {
        assertTrue(CheckFunctions.idNumber(IdNumberRequest.builder().idNumber("110101180001010015").build()).accepted());
        assertEquals(System.getProperty("shiren.version"), Shiren.version(), "the jar and the library in it");
        assertEquals(43, Shiren.operations().size());
        assertEquals("heavy", Shiren.operations().get("photo.fit"));
        ShirenException refused = assertThrows(ConfigurationException.class, () -> Shiren.call(People.VERIFY, Map.of(
                "realname", "王小二", "idcard", "110101180001010015", "image", People.PHOTO)));
        assertSame(Billed.NO, refused.billed());
    }

    @Test
    void bytesGoOut() {
        Path photo = People.ROOT.resolve("tests/photos/phone-rotated.jpg");
        FitReply reply = PhotoFunctions.fit(FitRequest.builder().image(photo).build());
        byte[] fitted = reply.image();
        assertTrue(fitted.length <= 20_000 && fitted[0] == (byte) 0xff && fitted[1] == (byte) 0xd8);
        fitted[0] = 0;
        assertEquals((byte) 0xff, reply.image()[0], "a reply cannot be changed");
        assertTrue(reply.toString().contains(" bytes"), reply.toString());
        assertThrows(UncheckedIOException.class, () -> FitRequest.builder().image(Path.of("/none.jpg")));
    }

    @Test
    void aRequestIsNotChangedByWhatItWasMadeOf(Sandbox sandbox, Client client) {
        byte[] photo = People.PHOTO.clone();
        Persona person = sandbox.persona("passes");
        Verify2Request.Builder builder =
                Verify2Request.builder().realname(person.name()).idcard(person.idNumber()).image(photo);
        Verify2Request request = builder.build();
        builder.realname("别人");
        java.util.Arrays.fill(photo, (byte) 0);
        assertSame(Decision.PASSED, client.juhe().verifyface().verify2(request).verdict().decision());
        assertArrayEquals(People.PHOTO, (byte[]) request.toMap().get("image"));
    }

    @Test
    void rareLettersCross(Sandbox sandbox, Client client) {
        // Outside of the first plane: JNI's own encoding of it is not UTF-8.
        Map<String, Object> found = client.call("check.name", Map.of("name", "𠮷田"));
        assertEquals("𠮷田", found.get("normalized"));
        assertEquals(2L, found.get("characters"));
    }

    @Test
    void aHostedSession(Sandbox sandbox, Client client) {
        Persona person = sandbox.persona("passes");
        Subject subject = Subject.builder().name(person.name()).idNumber(person.idNumber()).build();
        Session session = client.liveness().start(StartRequest.builder()
                .vendor(Vendor.JUHE).subject(subject).returnUrl("https://example.com/back").build());
        Session stored = Session.fromJson(session.toJson());
        assertEquals(session, stored);
        assertEquals(session.hashCode(), stored.hashCode());
        Map<String, Object> done = sandbox.complete(
                (String) sandbox.sessions().get(0).get("id"), Map.of("persona", "passes"));
        FinishRequest finish = FinishRequest.builder()
                .session(stored).landedUrl((String) done.get("redirect")).subject(subject).build();
        assertSame(Decision.PASSED, client.liveness().finish(finish).verdict().decision());
    }

    @Test
    void aSignedReturn() {
        String url = Sandbox.signedReturn("https://example.com/back", "JH1", true);
        VerifyRequest request = VerifyRequest.builder().url(url).key("sandbox-juhe-key").expectedOrder("JH1").build();
        assertSame(Hint.PASSED, ReturnsFunctions.verify(request).hint());
        VerifyRequest wrong = VerifyRequest.builder().url(url).key("another-key").expectedOrder("JH1").build();
        assertThrows(SignatureException.class, () -> ReturnsFunctions.verify(wrong));
    }

    @Test
    void errorsAreClassesWithFields(Sandbox sandbox, Client client) throws Exception {
        sandbox.fault("code", Map.of("code", 10012));
        QuotaException error =
                assertThrows(QuotaException.class, () -> client.juhe().verifyface().verify2(People.passing(sandbox)));
        assertSame(ErrorKind.QUOTA, error.kind());
        assertSame(Vendor.JUHE, error.vendor().orElseThrow());
        assertEquals("10012", error.vendorCode().orElseThrow());
        assertSame(Billed.NO, error.billed());
        assertEquals(200, error.httpStatus().orElseThrow());
        assertTrue(error.getMessage().startsWith("quota: "), error.getMessage());
        ByteArrayOutputStream kept = new ByteArrayOutputStream();
        new ObjectOutputStream(kept).writeObject(error);
        Object again = new ObjectInputStream(new ByteArrayInputStream(kept.toByteArray())).readObject();
        assertEquals(error.toJson(), assertInstanceOf(QuotaException.class, again).toJson());
        assertEquals(error.vendorCode(), ((QuotaException) again).vendorCode());
        assertThrows(UnknownOperationException.class, () -> client.call("no.such", Map.of()));
        assertThrows(UnknownOperationException.class, () -> client.call("check.name\0x", Map.of()));
    }

    @Test
    void everyKindHasAClass() throws Exception {
        String table = new String(People.read("docs/reference/errors.md"), "UTF-8");
        for (ErrorKind kind : ErrorKind.values()) {
            ShirenException error = ShirenException.of(kind.toString(), "m", "/f", "h");
            assertTrue(error.getClass() != ShirenException.class, kind.toString());
            assertSame(kind, error.kind());
            assertTrue(table.contains("`" + kind + "`"));
            assertEquals(kind + ": /f: m; h", error.getMessage());
        }
        assertEquals(15, ErrorKind.values().size());
        assertInstanceOf(NetworkException.class, ShirenException.of("tls", "m", null, null));
        ShirenException later = ShirenException.fromJson("{\"kind\":\"later\",\"message\":\"m\"}");
        assertFalse(later.kind().known());
        assertSame(Billed.UNKNOWN, later.billed(), "nothing is said: nobody knows");
    }

    @Test
    void unknownWordsNeverPass() {
        assertSame(Decision.INCONCLUSIVE, Decision.of("let_in"));
        assertSame(Billed.UNKNOWN, Billed.of("perhaps"));
        Check check = Check.of("new_word");
        assertFalse(check.known());
        assertEquals("new_word", check.toString());
        assertEquals(check, Check.of("new_word"));
        Verify2Reply reply = Verify2Reply.fromJson("{\"verdict\":{\"decision\":\"PASSED\"}}");
        assertSame(Decision.INCONCLUSIVE, reply.verdict().decision());
        assertThrows(DecodeException.class, () -> reply.verdict().billed());
        DecodeException wrong = assertThrows(DecodeException.class, () ->
                Verify2Reply.fromJson("{\"verdict\":{\"decision\":7}}").verdict().decision());
        assertEquals("/decision", wrong.field().orElseThrow());
    }

    @Test
    void aTimeOut(Sandbox sandbox, Client client) {
        sandbox.fault("hang_after_billing");
        TimeoutException late = assertThrows(TimeoutException.class, () -> client.juhe()
                .verifyface().verify2(People.passing(sandbox), CallOptions.timeout(Duration.ofSeconds(2))));
        assertSame(Billed.UNKNOWN, late.billed());
        sandbox.assertBilled(1);
        for (Duration odd : List.of(Duration.ZERO, Duration.ofMillis(-1), Duration.ofDays(50), Duration.ofSeconds(Long.MAX_VALUE))) {
            InvalidArgumentException refused =
                    assertThrows(InvalidArgumentException.class, () -> CallOptions.timeout(odd));
            assertEquals("timeout", refused.field().orElseThrow());
        }
    }

    @Test
    void rawWhenAskedFor(Sandbox sandbox, Client client) {
        Verify2Reply reply = client.juhe().verifyface().verify2(People.passing(sandbox), CallOptions.raw());
        assertTrue(reply.raw().orElseThrow().startsWith("{"));
        assertFalse(reply.toString().contains(reply.raw().orElseThrow()));
    }

    @Test
    void unknownFieldsAndNumbersAreKept(Sandbox sandbox, Client client) {
        sandbox.fault("body", Map.of("text", "{\"error_code\":0,\"reason\":\"ok\",\"result\":{\"authResult\":\"00XX\",\"rxfs\":\"900\","
                + "\"charge\":true,\"orderid\":\"o1\",\"big\":1e400,\"half\":\"\\ud800\",\"long\":123456789012345678901234567890,"
                + "\"part\":{\"part\":\"image\"}}}"));
        Verify2Reply reply = client.juhe().verifyface().verify2(People.passing(sandbox));
        assertSame(Decision.PASSED, reply.verdict().decision());
        assertEquals("1e+400", reply.extra().get("big").toString().replace("1e400", "1e+400"));
        assertEquals("123456789012345678901234567890", reply.extra().get("long").toString());
        assertEquals(Map.of("part", "image"), reply.extra().get("part"));
        assertTrue(reply.toJson().contains("123456789012345678901234567890"));
        assertEquals(reply, Verify2Reply.fromJson(reply.toJson()));
    }

    @Test
    void whatCannotBeSentIsRefusedByName(Sandbox sandbox, Client client) {
        Object[][] wrong = {
            {"threshold", Double.NaN, "/threshold"},
            {"threshold", Double.NEGATIVE_INFINITY, "/threshold"},
            {"threshold", Map.of("deep", List.of(1, Float.POSITIVE_INFINITY)), "/threshold/deep/1"},
            {"realname", "\ud800", "/realname"},
            {"realname", 7, "/realname"},
            {"realname", new Object(), "/realname"},
            {"realname", new byte[] {1}, "/realname"},
            {"threshold", new java.util.concurrent.atomic.AtomicInteger(), "/threshold"},
            {"image", 1.5, "/image"},
            {"image", "photo.jpg", "/image"},
            {"idcard", null, "/idcard"},
            {"idcard", "110101180001010016", "/idcard"},
            {"juhe", Map.of(7, "x"), "/juhe"},
        };
        for (Object[] one : wrong) {
            Map<String, Object> fields = People.fields(sandbox);
            fields.put((String) one[0], one[1]);
            InvalidArgumentException refused =
                    assertThrows(InvalidArgumentException.class, () -> client.call(People.VERIFY, fields), one[2].toString());
            assertEquals(one[2], refused.field().orElse(""), refused.getMessage());
            assertSame(Billed.NO, refused.billed());
            assertFalse(refused.toJson().contains((String) People.fields(sandbox).get("realname")));
        }
        List<Object> endless = new java.util.ArrayList<>();
        endless.add(endless);
        assertThrows(InvalidArgumentException.class, () -> client.call("check.name", Map.of("name", endless)));
        sandbox.assertBilled(0);
    }

    @Test
    void countersAndLimits(Sandbox sandbox, Client client) {
        client.juhe().verifyface().verify2(People.passing(sandbox));
        assertEquals(1, client.counters().calls());
        assertEquals(1, client.counters().billed());
        assertEquals(1, client.countersByOperation().get(People.VERIFY).calls());
        assertTrue(client.limits().containsKey("juhe"), client.limits().toString());
    }

    @Test
    void nothingShowsAPersonOrAKey(Sandbox sandbox, Client client) throws Exception {
        Verify2Request request = People.passing(sandbox);
        Persona person = sandbox.persona("passes");
        Subject subject = Subject.builder().name(person.name()).idNumber(person.idNumber()).build();
        StartRequest start = StartRequest.builder()
                .vendor(Vendor.JUHE).subject(subject).returnUrl("https://example.com/back").build();
        Session session = client.liveness().start(start);
        String shown = "" + request + subject + start + session + client.juhe().verifyface().verify2(request) + client
                + sandbox.builder() + Client.builder().set("/accounts/juhe/later", "k-1234567") + person;
        for (String hidden : List.of(person.name(), person.idNumber(), "sandbox-juhe-key", "JHsandbox0openid",
                "sandbox-baidu-sk", "k-1234567", session.pageUrl(), session.reference())) {
            assertFalse(shown.contains(hidden), shown);
        }
        assertTrue(shown.contains("realname=***") && shown.contains("decision=passed"), shown);
        for (Object object : List.of(request, session, Decision.PASSED, Secret.env("X"))) {
            assertFalse(object instanceof java.io.Serializable, object.getClass().toString());
        }
    }
}
