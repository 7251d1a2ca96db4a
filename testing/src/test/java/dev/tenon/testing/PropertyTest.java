package dev.tenon.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tenon.json.Json;
import dev.tenon.message.AssistantMessage;
import dev.tenon.message.Content;
import dev.tenon.message.Message;
import dev.tenon.message.ToolMessage;
import dev.tenon.provider.Call;
import dev.tenon.provider.ChatRequest;
import dev.tenon.schema.JsonSchema;
import java.math.BigDecimal;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class PropertyTest {
    @Test
    void looksAtTwoHundredValues() {
        AtomicInteger seen = new AtomicInteger();
        Property.forAll(Gen.text(), text -> seen.incrementAndGet());

        assertThat(seen).hasValue(Integer.getInteger("tenon.samples", Property.SAMPLES));
    }

    @Test
    void theSameSeedMakesTheSameValue() {
        for (int seed = 0; seed < 50; seed++) {
            assertThat(Arbitrary.request().next(new Chance(seed)))
                    .isEqualTo(Arbitrary.request().next(new Chance(seed)));
        }
    }

    @Test
    void namesTheValueAndASeedThatMakesItFirst() {
        Gen<Integer> small = chance -> chance.below(20);
        AssertionError failed = catchThrowableOfType(
                AssertionError.class,
                () -> Property.forAll(10_000, small, value -> {
                    if (value == 7) {
                        throw new IllegalStateException("seven");
                    }
                }));

        Matcher message = Pattern.compile("does not hold of 7: java.lang.IllegalStateException: seven; this value comes"
                        + " first with -Dtenon.seed=(-?\\d+)")
                .matcher(failed.getMessage());
        assertThat(message.matches()).as(failed.getMessage()).isTrue();
        assertThat(small.next(new Chance(Long.parseLong(message.group(1))))).isEqualTo(7);
    }

    @Test
    void wholeNumbersReachTheirEnds() {
        Set<Long> seen = new HashSet<>();
        Property.forAll(500, Gen.whole(-7, Long.MAX_VALUE), number -> {
            assertThat(number).isBetween(-7L, Long.MAX_VALUE);
            seen.add(number);
        });

        assertThat(seen).contains(-7L, 0L, Long.MAX_VALUE);
    }

    @Test
    void jsonIsOfEveryKind() {
        Set<String> kinds = new TreeSet<>();
        Property.forAll(Gen.json(), json -> kinds.add(json.kind()));

        assertThat(kinds).containsExactly("array", "boolean", "null", "number", "object", "string");
    }

    @Test
    void filteredValuesPass() {
        Property.forAll(
                Gen.whole(0, 100).where(n -> n % 2 == 0), n -> assertThat(n % 2).isZero());
        assertThatThrownBy(() -> Gen.bool().where(b -> false).next(new Chance(1)))
                .hasMessage("none of 1,000 values in a row passed: make them instead of filtering them");
    }

    @Test
    void saysWhichTypeItCannotMake() {
        assertThatThrownBy(() -> Arbitrary.of(Thread.class))
                .hasMessage("no generator for java.lang.Thread; give one with Arbitrary.VALUES.with(type, generator)");
    }

    record Even(int value) {
        Even {
            if (value % 2 != 0) {
                throw new IllegalArgumentException("odd: " + value);
            }
        }
    }

    record Pair(Even left, List<Even> right) {}

    @Test
    void triesAgainWhereARecordRefuses() {
        Property.forAll(
                Arbitrary.of(Pair.class),
                pair -> assertThat(pair.left().value() % 2).isZero());
    }

    @Test
    void usesTheGeneratorOfAType() {
        Arbitrary sevens = Arbitrary.VALUES.with(Even.class, Gen.always(new Even(8)));

        Property.forAll(
                sevens.value(Pair.class), pair -> assertThat(pair.left()).isEqualTo(new Even(8)));
    }

    @Test
    void valuesFitTheirSchemas() {
        Set<String> kinds = new TreeSet<>();
        Property.forAll(1_000, Schemas.fitted(), fitted -> {
            assertThat(fitted.schema().validate(fitted.value())).isEmpty();
            kinds.add(fitted.value().kind());
        });

        assertThat(kinds).containsExactly("array", "boolean", "null", "number", "object", "string");
    }

    @Test
    void aSchemaKeepsOutValuesOfOtherSchemas() {
        AtomicInteger refused = new AtomicInteger();
        Property.forAll(1_000, Schemas.fitted(), fitted -> {
            Json other = fitted.value() instanceof Json.Str ? Json.of(BigDecimal.TEN) : Json.of("x");
            if (!fitted.schema().accepts(other)) {
                refused.incrementAndGet();
            }
        });

        // Otherwise every value would fit every schema, and that values fit would say nothing.
        assertThat(refused.get()).isGreaterThan(Integer.getInteger("tenon.samples", 1_000) / 2);
    }

    @Test
    void makesValuesForSchemasOfOthers() {
        JsonSchema schema = JsonSchema.parse("""
            {"$ref": "#/$defs/order", "$defs": {"order": {"allOf": [
              {"type": "object", "properties": {"id": {"type": "string", "format": "uuid"}}, "required": ["id"]},
              {"properties": {"lines": {"type": "array", "minItems": 1, "items": {"oneOf": [
                 {"type": "object", "properties": {"sku": {"const": "a"}, "count": {"type": "integer", "exclusiveMinimum": 0, "multipleOf": 5}}, "required": ["sku", "count"]},
                 {"enum": ["free", "gift"]}]}}, "total": {"type": ["number", "null"], "minimum": 0.5, "maximum": 0.75}}, "required": ["lines", "total"]}]}}}\
            """);

        Property.forAll(
                Schemas.fitting(schema),
                value -> assertThat(schema.validate(value)).isEmpty());
    }

    @Test
    void saysThatNothingFits() {
        assertThatThrownBy(() -> Schemas.fitting(JsonSchema.parse("{\"type\": \"string\", \"pattern\": \"^a{40}$\"}"))
                        .next(new Chance(1)))
                .hasMessage("found no value that fits {\"type\":\"string\",\"pattern\":\"^a{40}$\"} in 200 tries");
    }

    @Test
    void everyCallOfAConversationHasItsResult() {
        Property.forAll(Arbitrary.conversation(), messages -> {
            for (int i = 0; i < messages.size(); i++) {
                if (messages.get(i) instanceof AssistantMessage assistant
                        && !assistant.toolCalls().isEmpty()) {
                    assertThat(messages.get(i + 1))
                            .isInstanceOfSatisfying(
                                    ToolMessage.class,
                                    tools -> assertThat(tools.content().stream().map(Content.ToolResult::callId))
                                            .containsExactlyElementsOf(assistant.toolCalls().stream()
                                                    .map(Content.ToolCall::id)
                                                    .toList()));
                }
            }
            assertThat(messages).anyMatch(message -> message.text().length() > 0);
        });
    }

    @Test
    void aScriptedModelTakesEveryRequest() {
        Property.forAll(
                Arbitrary.request(),
                (ChatRequest request) -> assertThat(ScriptedProvider.of(Reply.reply("Hi"))
                                .chat(request, Call.unwatched())
                                .text())
                        .isEqualTo("Hi"));
    }

    @Test
    void messagesAreOfEveryKind() {
        Set<String> kinds = new TreeSet<>();
        Property.forAll(
                Arbitrary.of(Message.class),
                message -> kinds.add(message.getClass().getSimpleName()));

        assertThat(kinds).containsExactly("AssistantMessage", "SystemMessage", "ToolMessage", "UserMessage");
    }
}
