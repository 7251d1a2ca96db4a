package dev.tenon.checks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Null, tried on everything that users of a module can call: each parameter that is not {@code @Nullable} is refused by
 * a {@link NullPointerException} that names it, or by an exception of ours that does; or else it is a component of a
 * record, left out, and the record holds a default in its place and no null. Each published module has a test
 * class that extends this one.
 */
public abstract class NullRules {
    private static final int HANGS_AFTER_SECONDS = 10;

    /** For the test classes of the modules. */
    protected NullRules() {}

    /** Values of types for which none is found by reflection. */
    protected Map<Class<?>, Supplier<?>> samples() {
        return Map.of();
    }

    /** What cannot be tried, since no object to call it on, or no other argument, was found. Sorted; it shall not grow. */
    protected List<String> notTried() {
        return List.of();
    }

    @Test
    void nullIsRefusedByName() throws IOException {
        var samples = new Samples(PublicApi.everything(getClass()), samples());
        var tried = new ArrayList<String>();
        var notTried = new ArrayList<String>();
        var wrong = new ArrayList<String>();
        for (Class<?> type : PublicApi.types()) {
            for (Executable call : PublicApi.calls(type)) {
                if (Arrays.stream(call.getParameters()).noneMatch(PublicApi::refusesNull)) continue;
                if (isForUsersToWrite(call, samples)) continue;
                Object[] arguments = samples.arguments(call).orElse(null);
                List<Object> receivers = receivers(call, samples);
                if (arguments == null || receivers.isEmpty()) {
                    notTried.add(PublicApi.name(call));
                    continue;
                }
                for (Object receiver : receivers) {
                    tried.add(PublicApi.name(call));
                    wrong.addAll(wrong(call, receiver, arguments));
                }
            }
        }
        String list = System.getProperty("tenon.nulls");
        if (list != null) Files.write(Path.of(list), wrong);
        assertFalse(tried.isEmpty(), "nothing was found to try");
        assertEquals("", String.join("\n", wrong), () -> wrong.size() + " of " + tried.size() + " calls");
        assertEquals(String.join("\n", notTried()), String.join("\n", notTried), "what could not be tried");
    }

    /** An abstract method of which the module has no class of its own: who implements it looks at its arguments. */
    private static boolean isForUsersToWrite(Executable call, Samples samples) {
        return Modifier.isAbstract(call.getModifiers())
                && samples.receivers(call.getDeclaringClass()).isEmpty();
    }

    private static List<Object> receivers(Executable call, Samples samples) {
        if (!(call instanceof Method) || Modifier.isStatic(call.getModifiers())) return List.of(call);
        Class<?> type = call.getDeclaringClass();
        if (type.isInterface() && !type.isSealed() && !Modifier.isAbstract(call.getModifiers())) {
            return List.of(samples.proxy(type));
        }
        return samples.receivers(type);
    }

    private static List<String> wrong(Executable call, Object receiver, Object[] arguments) {
        var wrong = new ArrayList<String>();
        Parameter[] parameters = call.getParameters();
        for (int i = 0; i < parameters.length; i++) {
            if (!PublicApi.refusesNull(parameters[i])) continue;
            @Nullable Object[] withNull = Arrays.copyOf(arguments, arguments.length);
            withNull[i] = null;
            String outcome = outcome(call, receiver, withNull, parameters[i].getName());
            if (outcome.isEmpty()) continue;
            String place = Modifier.isAbstract(call.getModifiers())
                    ? " [" + receiver.getClass().getTypeName() + "]"
                    : "";
            wrong.add(PublicApi.name(call) + place + " " + parameters[i].getName() + ": " + outcome);
        }
        return wrong;
    }

    /** Empty if null is refused by name. */
    private static String outcome(Executable call, Object receiver, @Nullable Object[] arguments, String name) {
        var task = new FutureTask<String>(() -> {
            try {
                return standsForItsDefault(call, Samples.perform(call, receiver, arguments), name) ? "" : "accepted";
            } catch (InvocationTargetException e) {
                Throwable refusal = e.getTargetException();
                return refusedByName(refusal, name) ? "" : refusal.toString();
            }
        });
        Thread thread = Thread.ofPlatform().daemon().start(task);
        try {
            return task.get(HANGS_AFTER_SECONDS, TimeUnit.SECONDS)
                    .lines()
                    .findFirst()
                    .orElse("");
        } catch (TimeoutException e) {
            thread.interrupt();
            return "hangs";
        } catch (ExecutionException e) {
            throw new AssertionError(PublicApi.name(call), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(PublicApi.name(call), e);
        }
    }

    /** JSON is read by way of the constructor of a record: a member that is left out comes as null, and has its default. */
    private static boolean standsForItsDefault(Executable call, @Nullable Object made, String name)
            throws InvocationTargetException {
        if (!(made instanceof Record) || !(call instanceof Constructor<?>)) return false;
        for (RecordComponent component : made.getClass().getRecordComponents()) {
            if (component.getName().equals(name)) {
                return Samples.perform(component.getAccessor(), made, new Object[0]) != null;
            }
        }
        return false;
    }

    /** The virtual machine's own message names parameters only where a class has debug information: it does not count. */
    private static boolean refusedByName(Throwable refusal, String name) {
        String message = String.valueOf(refusal.getMessage());
        boolean ours = refusal instanceof NullPointerException && !message.startsWith("Cannot ")
                || refusal.getClass().getName().startsWith("dev.tenon.")
                || refusal instanceof IllegalArgumentException && message.contains("null");
        return ours
                && Pattern.compile("\\b" + Pattern.quote(name) + "\\b")
                        .matcher(message)
                        .find();
    }
}
