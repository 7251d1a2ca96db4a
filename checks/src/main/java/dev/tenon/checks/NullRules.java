package dev.tenon.checks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Null, tried on everything that users of a module can call: each parameter that is not {@code @Nullable} is refused by
 * a {@link NullPointerException} that names it, or by an exception of ours that does; or else it is a component of a
 * record, left out, and the record holds a default in its place and no null. After null what is empty, negative or
 * out of measure. Each published module has a test class that extends this one.
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

    /** What an earlier one wrote shall not be in the way. */
    @BeforeEach
    void forgetWrittenSamples() throws IOException {
        if (!Files.exists(Samples.FOLDER)) return;
        try (Stream<Path> files = Files.walk(Samples.FOLDER)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) Files.delete(file);
        }
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

    @Test
    void whatIsEmptyOrOutOfMeasureIsTakenOrRefusedInWords() throws IOException {
        var samples = new Samples(PublicApi.everything(getClass()), samples());
        int calls = 0;
        int tried = 0;
        var wrong = new ArrayList<String>();
        for (Class<?> type : PublicApi.types()) {
            for (Executable call : PublicApi.calls(type)) {
                if (isForUsersToWrite(call, samples) || isProgram(call)) continue;
                Object[] arguments = samples.arguments(call).orElse(null);
                if (arguments == null) continue;
                for (Object receiver : receivers(call, samples)) {
                    calls++;
                    for (int i = 0; i < arguments.length; i++) {
                        for (Object odd : Samples.odd(call.getParameterTypes()[i])) {
                            Object[] withOdd = Arrays.copyOf(arguments, arguments.length);
                            withOdd[i] = odd;
                            tried++;
                            String outcome = withinTime(() -> inWords(call, receiver, withOdd, odd), call);
                            if (outcome.isEmpty()) continue;
                            String name = call.getParameters()[i].getName();
                            wrong.add(PublicApi.name(call) + " " + name + " = " + shown(odd) + ": " + outcome);
                        }
                    }
                }
            }
        }
        String list = System.getProperty("tenon.odd");
        if (list != null) Files.write(Path.of(list), String.join("\n", wrong).getBytes(StandardCharsets.UTF_8));
        assertTrue(calls > 0, "nothing was found to try");
        assertEquals("", String.join("\n", wrong), wrong.size() + " of " + tried + " calls");
    }

    /** It ends the virtual machine. */
    private static boolean isProgram(Executable call) {
        return call.getName().equals("main") && Modifier.isStatic(call.getModifiers());
    }

    private static String shown(Object odd) {
        if (odd.getClass().isArray()) return "an empty array";
        return odd instanceof String text
                ? "characters " + Arrays.toString(text.chars().toArray())
                : odd.toString();
    }

    /** An index, or what has no room for one, is refused by the exception that is made for it. */
    private static boolean isPlace(Object odd) {
        return odd instanceof Integer || odd.getClass().isArray();
    }

    /** Empty if the call is made, or refused by an exception that says why: none of those in which the platform stumbles. */
    private static String inWords(Executable call, Object receiver, Object[] arguments, Object odd) {
        try {
            Samples.perform(call, receiver, arguments);
            return "";
        } catch (InvocationTargetException e) {
            Throwable refusal = e.getTargetException();
            boolean stumbled = refusal instanceof Error
                    || refusal instanceof NullPointerException
                    || refusal instanceof IndexOutOfBoundsException && !isPlace(odd)
                    || refusal instanceof ArithmeticException
                    || refusal instanceof ClassCastException
                    || refusal instanceof NegativeArraySizeException
                    || refusal instanceof NumberFormatException
                    || refusal instanceof NoSuchElementException
                    || refusal.getMessage() == null;
            return stumbled ? refusal.toString() : "";
        }
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
        return withinTime(
                () -> {
                    try {
                        Object made = Samples.perform(call, receiver, arguments);
                        return standsForItsDefault(call, made, name) ? "" : "accepted";
                    } catch (InvocationTargetException e) {
                        Throwable refusal = e.getTargetException();
                        return refusedByName(refusal, name) ? "" : refusal.toString();
                    }
                },
                call);
    }

    /** The first line of what comes of it. */
    private static String withinTime(Callable<String> attempt, Executable call) {
        var task = new FutureTask<String>(attempt);
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
