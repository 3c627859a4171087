package com.shiren;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.shiren.liveness.FinishRequest;
import com.shiren.liveness.StartRequest;
import com.shiren.model.Billed;
import com.shiren.model.Decision;
import com.shiren.model.Session;
import com.shiren.model.Vendor;
import com.shiren.testing.Sandbox;
import com.shiren.testing.ShirenExtension;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** com.shiren.testing. */
@ExtendWith(ShirenExtension.class)
class SandboxTest {
    @Test
    void aLostAnswerIsNotAskedForAgain(Sandbox sandbox, Client client) {
        sandbox.fault("drop_after_billing");
        NetworkException lost =
                assertThrows(NetworkException.class, () -> client.juhe().verifyface().verify2(People.passing(sandbox)));
        assertSame(Billed.UNKNOWN, lost.billed());
        assertTrue(!lost.retryable());
        sandbox.assertBilled(1);
        sandbox.assertNeverTwice();
    }

    @Test
    void timeAndSettings(Sandbox sandbox, Client client) {
        Session session = client.liveness().start(
                StartRequest.builder().vendor(Vendor.JUMDATA).returnUrl("https://example.com/back").build());
        sandbox.advance(Duration.ofHours(1));
        Decision late = client.liveness().finish(FinishRequest.builder().session(session).build()).verdict().decision();
        assertNotSame(Decision.PASSED, late);
        sandbox.settings(Map.of("strict", false));
        IllegalStateException odd = assertThrows(IllegalStateException.class, () -> sandbox.fault("nonsense"));
        assertTrue(odd.getMessage().contains("nonsense"), odd.getMessage());
        assertThrows(IllegalArgumentException.class, () -> sandbox.persona("nobody"));
    }

    @Test
    void nothingIsInTheLedgerOfTheNextTest(Sandbox sandbox) {
        assertEquals(0, sandbox.billed());
        assertTrue(sandbox.personas().size() > 20);
        try (Sandbox same = Sandbox.at(sandbox.url() + "/")) {
            assertEquals(sandbox.url(), same.url());
        }
        sandbox.reset();
    }

    @Test
    void oneOfItsOwn() {
        Sandbox own = Sandbox.start(true);
        try (Client client = own.client()) {
            assertSame(Decision.PASSED, client.juhe().verifyface().verify2(People.passing(own)).verdict().decision());
        }
        own.close();
        try (Client client = own.client()) {
            assertThrows(NetworkException.class, () -> client.juhe().verifyface().verify2(
                    com.shiren.juhe.verifyface.Verify2Request.builder()
                            .realname("王小二").idcard("110101180001010015").image(People.PHOTO).build()));
        }
    }
}
