package com.shiren;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.shiren.testing.Sandbox;
import com.shiren.testing.ShirenExtension;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Every operation has its methods, and each of them comes to the operation with this id. */
@ExtendWith(ShirenExtension.class)
class OperationsTest {
    private static void collect(Object group, List<Object> groups) throws Exception {
        groups.add(group);
        for (Method method : group.getClass().getMethods()) {
            boolean inner = method.getParameterCount() == 0 && method.getReturnType().getSimpleName().endsWith("Operations");
            if (inner) {
                collect(method.invoke(group), groups);
            }
        }
    }

    @Test
    void everyMethodCallsItsOperation(Sandbox sandbox) throws Exception {
        List<String> told = java.util.Collections.synchronizedList(new ArrayList<>());
        try (Client client = sandbox.client()) {
            client.onOutcome(outcome -> told.add(outcome.operation()));
            List<Object> groups = new ArrayList<>();
            collect(client, groups);
            TreeSet<String> called = new TreeSet<>();
            for (Object group : groups) {
                for (Method method : group.getClass().getMethods()) {
                    boolean operation = method.getParameterCount() == 1
                            && method.getParameterTypes()[0].getSimpleName().endsWith("Request");
                    if (operation) {
                        called.add(call(client, group, method, told));
                    }
                }
            }
            assertEquals(new TreeSet<>(Shiren.operations().keySet()), called);
        }
    }

    /** Calls a method with nothing in its request, and gives the id of the operation that was told of. */
    private static String call(Client client, Object group, Method method, List<String> told) throws Exception {
        Class<?> type = method.getParameterTypes()[0];
        Object builder = type.getMethod("builder").invoke(null);
        Object request = builder.getClass().getMethod("build").invoke(builder);
        assertTrue(Modifier.isFinal(type.getModifiers()) && Model.class.isAssignableFrom(type));
        told.clear();
        try {
            Object reply = method.invoke(group, request);
            if (reply instanceof CompletableFuture<?> future) {
                assertNotNull(future.exceptionally(error -> null).isDone());
                future.handle((value, error) -> value).join();
            }
        } catch (java.lang.reflect.InvocationTargetException refused) {
            assertTrue(refused.getCause() instanceof ShirenException, String.valueOf(refused.getCause()));
        }
        client.flush(java.time.Duration.ofSeconds(5));
        String name = method.getName().replaceAll("Async$", "").replaceAll("_$", "");
        assertEquals(1, told.size(), method + " " + told);
        String last = told.get(0).substring(told.get(0).lastIndexOf('.') + 1);
        assertEquals(name, camel(last));
        String space = group instanceof Client ? "" : group.getClass().getPackageName().replace("com.shiren.", "") + ".";
        assertEquals(told.get(0), space + last);
        return told.get(0);
    }

    private static String camel(String name) {
        StringBuilder text = new StringBuilder();
        Arrays.stream(name.split("_")).forEach(part -> text.append(
                text.length() == 0 ? part : part.substring(0, 1).toUpperCase() + part.substring(1)));
        return text.toString();
    }
}
