package dev.tenon.testing;

import dev.tenon.event.Event;
import dev.tenon.event.Severity;
import dev.tenon.json.Json;
import dev.tenon.json.Tags;
import dev.tenon.message.AssistantMessage;
import dev.tenon.message.Content;
import dev.tenon.message.Message;
import dev.tenon.message.ToolMessage;
import dev.tenon.provider.ChatRequest;
import dev.tenon.provider.Embedding;
import dev.tenon.provider.ModelSettings;
import dev.tenon.provider.ResponseFormat;
import dev.tenon.provider.ToolChoice;
import dev.tenon.schema.JsonSchema;
import dev.tenon.tool.ToolSpec;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.lang.reflect.WildcardType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Any value of a type: what a {@link Property} looks at. {@code Arbitrary.of(Message.class)} gives messages of every kind with parts of every kind, whether a
 * model would say them or not; {@link #conversation()} and {@link #request()} give what a provider accepts. Immutable.
 */
public final class Arbitrary {
    /** Records, sealed interfaces, enums, collections, {@code Optional}, numbers, texts, {@code java.time}, JSON and schemas. */
    public static final Arbitrary VALUES = new Arbitrary(standard());

    /** How often a record's constructor may refuse what it is given before its type needs a generator of its own. */
    private static final int REFUSALS = 1_000;

    private final Map<Type, Gen<?>> known;

    private Arbitrary(Map<Type, Gen<?>> known) {
        this.known = known;
    }

    /** Any value of a type, as {@link #VALUES} makes it. */
    public static <T> Gen<T> of(Class<T> type) {
        Objects.requireNonNull(type, "type");
        return VALUES.value(type);
    }

    /** A copy that makes values of one type by this generator, wherever they stand. */
    public <T> Arbitrary with(Class<T> type, Gen<? extends T> generator) {
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(generator, "generator");
        Map<Type, Gen<?>> more = new LinkedHashMap<>(known);
        more.put(type, generator);
        return new Arbitrary(Collections.unmodifiableMap(more));
    }

    /**
     * Any value of a type.
     *
     * @throws IllegalArgumentException where it is neither known nor a record, an enum or a sealed interface of such
     */
    @SuppressWarnings("unchecked")
    public <T> Gen<T> value(Class<T> type) {
        Objects.requireNonNull(type, "type");
        return (Gen<T>) value((Type) type);
    }

    private Gen<?> value(Type type) {
        Gen<?> found = known.get(type);
        if (found != null) {
            return found;
        }
        return switch (type) {
            case ParameterizedType generic -> container(generic);
            case WildcardType wildcard -> value(wildcard.getUpperBounds()[0]);
            case Class<?> raw when raw.isEnum() -> Gen.of((Object[]) raw.getEnumConstants());
            case Class<?> raw when raw.isSealed() -> member(raw);
            case Class<?> raw when raw.isRecord() -> record(raw);
            default ->
                throw new IllegalArgumentException("no generator for " + type.getTypeName()
                        + "; give one with Arbitrary.VALUES.with(type, generator)");
        };
    }

    private Gen<?> container(ParameterizedType type) {
        Class<?> raw = (Class<?>) type.getRawType();
        Type[] arguments = type.getActualTypeArguments();
        Gen<?> values = chance -> value(arguments[arguments.length - 1]).next(chance);
        if (raw == List.class || raw == Collection.class) {
            return values.list(3);
        }
        if (raw == Set.class) {
            return values.set(3);
        }
        if (raw == Optional.class) {
            return values.optional();
        }
        if (raw == Map.class && arguments[0] == String.class) {
            return values.map(Gen.oneOf(Gen.name(), Gen.text()), 3);
        }
        throw new IllegalArgumentException("no generator for " + type.getTypeName());
    }

    private Gen<?> member(Class<?> sealed) {
        List<Class<?>> leaves = List.copyOf(Tags.of(sealed).values());
        return chance -> value(chance.pick(leaves)).next(chance);
    }

    private Gen<?> record(Class<?> type) {
        RecordComponent[] components = type.getRecordComponents();
        return chance -> {
            @Nullable IllegalArgumentException refusal = null;
            for (int i = 0; i < REFUSALS; i++) {
                Object[] values = new Object[components.length];
                for (int at = 0; at < values.length; at++) {
                    RecordComponent component = components[at];
                    boolean extra = component.getName().equals("extra") && component.getType() == Map.class;
                    values[at] = chance.inside(extra ? unknownMembers(component) : value(component.getGenericType()));
                }
                try {
                    return constructor(type, components).newInstance(values);
                } catch (InvocationTargetException e) {
                    if (!(e.getCause() instanceof IllegalArgumentException refused)) {
                        throw new IllegalStateException(
                                type.getName() + " of " + Arrays.toString(values), e.getCause());
                    }
                    refusal = refused;
                } catch (ReflectiveOperationException e) {
                    throw new IllegalStateException(type.getName() + " cannot be made", e);
                }
            }
            throw new IllegalStateException(
                    type.getName() + " refused " + REFUSALS + " values in a row; give its type a generator", refusal);
        };
    }

    private static Constructor<?> constructor(Class<?> type, RecordComponent[] components)
            throws NoSuchMethodException {
        Class<?>[] types =
                Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        return type.getDeclaredConstructor(types);
    }

    /** Members that no version of a record has. */
    private Gen<?> unknownMembers(RecordComponent extra) {
        Type values = ((ParameterizedType) extra.getGenericType()).getActualTypeArguments()[1];
        Gen<?> value = values == Object.class ? Gen.oneOf(Gen.text(), Gen.bool()) : value(values);
        return value.map(Gen.name().map(name -> "x-" + name), 2);
    }

    private static Map<Type, Gen<?>> standard() {
        Map<Type, Gen<?>> known = new LinkedHashMap<>();
        known.put(String.class, Gen.text());
        known.put(boolean.class, Gen.bool());
        known.put(Boolean.class, Gen.bool());
        known.put(int.class, Gen.whole(Integer.MIN_VALUE, Integer.MAX_VALUE).map(Long::intValue));
        known.put(Integer.class, known.get(int.class));
        known.put(long.class, Gen.whole(Long.MIN_VALUE, Long.MAX_VALUE));
        known.put(Long.class, known.get(long.class));
        known.put(double.class, Gen.real());
        known.put(Double.class, Gen.real());
        known.put(BigDecimal.class, Gen.decimal());
        known.put(BigInteger.class, Gen.decimal().map(BigDecimal::toBigInteger));
        known.put(Duration.class, Gen.whole(0, Long.MAX_VALUE / 4).map(Duration::ofNanos));
        known.put(
                Instant.class,
                Gen.whole(-2_000_000_000_000_000_000L, 7_000_000_000_000_000_000L)
                        .map(nanos -> Instant.EPOCH.plusNanos(nanos)));
        known.put(URI.class, Gen.name().map(name -> URI.create("https://example.org/" + name + "?q=" + name)));
        known.put(Object.class, Gen.json());
        known.put(Json.class, Gen.json());
        known.put(Json.Obj.class, Gen.object());
        known.put(Json.Arr.class, Gen.json().list(4).map(Json.Arr::of));
        known.put(Json.Str.class, Gen.text().map(Json.Str::new));
        known.put(Json.Num.class, Gen.decimal().map(Json.Num::new));
        known.put(JsonSchema.class, Schemas.any());
        known.put(ToolSpec.class, toolSpec());
        known.put(Event.class, event());
        known.put(Embedding.class, embedding());
        return Collections.unmodifiableMap(known);
    }

    /** Tools that a provider accepts. */
    private static Gen<ToolSpec> toolSpec() {
        return chance -> new ToolSpec(
                Gen.name().next(chance),
                Gen.text().next(chance),
                chance.inside(Schemas.objects()),
                Gen.constant(ToolSpec.Trait.class).set(4).next(chance),
                Duration.ofMillis(chance.between(0, 100_000)),
                Gen.json().map(Gen.name().map(name -> "x-" + name), 2).next(chance));
    }

    /** Of one length: those of one response are. */
    private static Gen<Embedding> embedding() {
        Gen<Float> number = Gen.real().map(Double::floatValue).where(Float::isFinite);
        return chance -> Embedding.of(number.next(chance), number.next(chance), number.next(chance));
    }

    private static Gen<Event> event() {
        return chance -> new Event(
                Gen.of("run.started", "order.placed", "a", "x-1.y_2.z").next(chance),
                Gen.whole(0, Long.MAX_VALUE).next(chance),
                Gen.text().next(chance),
                Gen.text().next(chance),
                Instant.ofEpochMilli(chance.between(0, 4_000_000_000_000L)),
                Gen.constant(Severity.class).next(chance),
                Gen.text().map(Gen.name(), 3).next(chance),
                Gen.json().next(chance),
                Gen.json().map(Gen.name().map(name -> "x-" + name), 2).next(chance));
    }

    /**
     * Conversations that a provider accepts: perhaps instructions, then turns of a user message, rounds of tool calls with their results, and an answer; the
     * last turn may still lack its answer.
     */
    public static Gen<List<Message>> conversation() {
        return chance -> {
            List<Message> messages = new ArrayList<>();
            if (chance.oneIn(2)) {
                messages.add(Message.system(said(chance)));
            }
            int calls = 0;
            for (int turns = 1 + chance.below(3); turns > 0; turns--) {
                messages.add(Message.user(said(chance)));
                for (int rounds = chance.below(3); rounds > 0; rounds--) {
                    calls = round(chance, calls, messages);
                }
                if (turns > 1 || chance.oneIn(2)) {
                    messages.add(Message.assistant(said(chance)));
                }
            }
            return Collections.unmodifiableList(messages);
        };
    }

    private static int round(Chance chance, int calls, List<Message> messages) {
        List<Content.OfAssistant> parts = new ArrayList<>();
        List<Content.ToolResult> results = new ArrayList<>();
        int numbered = calls;
        if (chance.oneIn(3)) {
            parts.add(Content.text(said(chance)));
        }
        for (int left = 1 + chance.below(3); left > 0; left--) {
            String id = "call_" + ++numbered;
            String tool = Gen.name().next(chance);
            parts.add(Content.ToolCall.of(id, tool, chance.inside(Gen.object())));
            results.add(Content.ToolResult.of(id, tool, said(chance)));
        }
        messages.add(AssistantMessage.of(parts));
        messages.add(ToolMessage.of(results));
        return numbered;
    }

    private static String said(Chance chance) {
        return Gen.text().where(text -> !text.isBlank()).next(chance);
    }

    /** Requests that a provider accepts: a conversation, tools, a choice among them, perhaps a schema for the answer, settings. */
    public static Gen<ChatRequest> request() {
        return chance -> {
            Map<String, ToolSpec> tools = new LinkedHashMap<>();
            for (ToolSpec tool : toolSpec().list(3).next(chance)) {
                tools.put(tool.name(), tool);
            }
            List<ToolSpec> offered = List.copyOf(tools.values());
            ToolChoice choice = offered.isEmpty()
                    ? ToolChoice.AUTO
                    : chance.pick(List.of(
                            ToolChoice.AUTO,
                            ToolChoice.NONE,
                            ToolChoice.REQUIRED,
                            ToolChoice.named(offered.get(0).name())));
            ModelSettings settings = ModelSettings.NONE;
            if (chance.oneIn(2)) {
                settings =
                        settings.withTemperature(chance.below(11) / 10.0).withMaxOutputTokens(1 + chance.below(4096));
            }
            if (chance.oneIn(3)) {
                settings = settings.withStop("END").withSeed(chance.below(100));
            }
            ChatRequest request = ChatRequest.of(conversation().next(chance))
                    .withTools(offered)
                    .withToolChoice(choice)
                    .withSettings(settings);
            return chance.oneIn(3)
                    ? request.withFormat(ResponseFormat.json(Gen.name().next(chance), chance.inside(Schemas.objects())))
                    : request;
        };
    }
}
