package com.shiren;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.shiren.testing.Persona;
import com.shiren.testing.Sandbox;
import com.shiren.testing.ShirenExtension;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What reaches java.util.logging. */
@ExtendWith(ShirenExtension.class)
class LogTest {
    private final Logger logger = Logger.getLogger("shiren");
    private final Queue<LogRecord> records = new ConcurrentLinkedQueue<>();
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord line) {
            records.add(line);
            if (line.getMessage().contains("fails")) {
                throw new IllegalStateException("a handler of a test");
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @BeforeEach
    void listen() {
        handler.setLevel(Level.ALL);
        logger.addHandler(handler);
    }

    @AfterEach
    void leave() {
        logger.removeHandler(handler);
        logger.setLevel(null);
    }

    private String lines() {
        return records.stream().map(one -> one.getLoggerName() + " " + one.getLevel() + " " + one.getMessage())
                .collect(Collectors.joining("\n"));
    }

    @Test
    void eachCallIsOneLineAtFine(Sandbox sandbox, Client client) throws Exception {
        logger.setLevel(Level.FINE);
        client.juhe().verifyface().verify2(People.passing(sandbox));
        assertTrue(client.flush(Duration.ofSeconds(5)));
        assertEquals(1, records.stream().filter(one -> one.getLoggerName().equals("shiren.call")).count(), lines());
        assertTrue(lines().contains("shiren.call FINE juhe.verifyface.verify2: ok, billed yes"), lines());
        records.clear();
        logger.setLevel(Level.OFF);
        client.juhe().verifyface().verify2(People.passing(sandbox));
        assertTrue(client.flush(Duration.ofSeconds(5)));
        assertEquals("", lines());
    }

    @Test
    void theLogNamesNobody(Sandbox sandbox, Client client) throws Exception {
        logger.setLevel(Level.ALL);
        sandbox.fault("hang_after_billing");
        assertThrows(TimeoutException.class, () -> client.juhe().verifyface().verify2(
                People.passing(sandbox), CallOptions.timeout(Duration.ofMillis(200))));
        client.juhe().verifyface().verify2(People.passing(sandbox));
        assertTrue(client.flush(Duration.ofSeconds(5)));
        Persona person = sandbox.persona("passes");
        String lines = lines();
        assertTrue(records.size() > 2, lines);
        assertTrue(lines.contains("timeout"), lines);
        for (String hidden : new String[] {person.name(), person.idNumber(), "sandbox-juhe-key"}) {
            assertFalse(lines.contains(hidden), lines);
        }
    }

    @Test
    void aHandlerThatFailsHoldsUpNothing(Sandbox sandbox, Client client) throws Exception {
        logger.setLevel(Level.FINE);
        client.onOutcome(outcome -> logger.info("this one fails"));
        client.juhe().verifyface().verify2(People.passing(sandbox));
        client.juhe().verifyface().verify2(People.passing(sandbox));
        assertTrue(client.flush(Duration.ofSeconds(5)));
        assertEquals(2, records.stream().filter(one -> one.getMessage().equals("this one fails")).count(), lines());
    }
}
