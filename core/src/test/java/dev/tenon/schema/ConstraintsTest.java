package dev.tenon.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.json.Json;
import dev.tenon.schema.constraints.AssertTrue;
import dev.tenon.schema.constraints.DecimalMax;
import dev.tenon.schema.constraints.DecimalMin;
import dev.tenon.schema.constraints.Digits;
import dev.tenon.schema.constraints.Email;
import dev.tenon.schema.constraints.Max;
import dev.tenon.schema.constraints.Min;
import dev.tenon.schema.constraints.Negative;
import dev.tenon.schema.constraints.NotBlank;
import dev.tenon.schema.constraints.NotEmpty;
import dev.tenon.schema.constraints.NotNull;
import dev.tenon.schema.constraints.Pattern;
import dev.tenon.schema.constraints.Positive;
import dev.tenon.schema.constraints.PositiveOrZero;
import dev.tenon.schema.constraints.Size;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Bean Validation's annotations are known by name, wherever they come from. */
class ConstraintsTest {
    @SuppressWarnings("MultipleNullnessAnnotations") // To see which one counts.
    record Order(
            @Min(1) @Max(30) int nights,
            @Size(min = 2, max = 50) String name,
            @Size(max = 3) List<@NotBlank String> tags,
            @NotEmpty Map<String, @Positive Integer> rooms,
            @Pattern(regexp = "[A-Z]{3}") String currency,
            @Pattern(regexp = "^a|b$") String either,
            @Pattern(regexp = "\\p{javaLowerCase}+") String java,

            @Pattern(regexp = "x", flags = Pattern.Flag.CASE_INSENSITIVE)
            String flagged,

            @NotNull @Nullable String always,
            @Email Optional<String> mail,

            @DecimalMin("0.5") @DecimalMax(value = "9.5", inclusive = false)
            BigDecimal rate,

            @PositiveOrZero double zero,
            @Negative long below,
            @Digits(integer = 3, fraction = 2) BigDecimal price,
            @AssertTrue boolean agreed) {}

    private static void assertMember(String name, String expected) {
        assertThat(JsonSchema.of(Order.class).json().at("/properties/" + name)).contains(Json.parse(expected));
    }

    @Test
    void boundsOfNumbers() {
        assertMember("nights", "{\"type\": \"integer\", \"format\": \"int32\", \"minimum\": 1, \"maximum\": 30}");
        assertMember("rate", "{\"type\": \"number\", \"minimum\": 0.5, \"exclusiveMaximum\": 9.5}");
        assertMember("zero", "{\"type\": \"number\", \"minimum\": 0}");
        assertMember("below", "{\"type\": \"integer\", \"format\": \"int64\", \"exclusiveMaximum\": 0}");
        assertMember(
                "price",
                "{\"type\": \"number\", \"exclusiveMinimum\": -1000, \"exclusiveMaximum\": 1000, \"multipleOf\":"
                        + " 0.01}");
    }

    @Test
    void sizesOfTextsListsAndMaps() {
        assertMember("name", "{\"type\": \"string\", \"minLength\": 2, \"maxLength\": 50}");
        assertMember(
                "tags",
                "{\"type\": \"array\", \"items\": {\"type\": \"string\", \"minLength\": 1, \"pattern\": \"\\\\S\"},"
                        + " \"maxItems\": 3}");
        assertMember(
                "rooms",
                "{\"type\": \"object\", \"minProperties\": 1, \"additionalProperties\": {\"type\": \"integer\","
                        + " \"format\": \"int32\", \"exclusiveMinimum\": 0}}");
    }

    @Test
    void patternsMatchTheWholeTextAsInJava() {
        assertMember("currency", "{\"type\": \"string\", \"pattern\": \"^(?:[A-Z]{3})$\"}");
        assertMember("either", "{\"type\": \"string\", \"pattern\": \"^(?:^a|b$)$\"}");
    }

    @Test
    void patternsThatOnlyJavaKnowsAreSaidInWords() {
        assertMember(
                "java",
                "{\"type\": \"string\", \"description\": \"matches the Java regular expression"
                        + " \\\\p{javaLowerCase}+\"}");
        assertMember("flagged", "{\"type\": \"string\", \"description\": \"matches the Java regular expression x\"}");
    }

    record Several(
            @Positive @Digits(integer = 4, fraction = 2) BigDecimal price,

            @Digits(integer = 4, fraction = 2) @Positive BigDecimal other,

            @Min(5) @PositiveOrZero @Max(7) @Digits(integer = 3, fraction = 0)
            int number,

            @Size(min = 3, max = 9) @NotBlank String name,
            @NotBlank @Size(min = 3, max = 9) String sameName,

            @Size(min = 2) @NotEmpty List<String> list,

            @Pattern(regexp = "[a-z]+") @NotBlank String word,

            @Pattern(regexp = ".*[0-9].*") @Pattern(regexp = ".*[A-Z].*") @NotBlank
            String password,

            Map<@Size(min = 2) @Pattern(regexp = "[a-z]+") String, Integer> keys) {}

    @Test
    void ofSeveralConstraintsEachHoldsInWhateverOrder() {
        Json.Obj members = JsonSchema.of(Several.class)
                .json()
                .at("/properties")
                .orElseThrow()
                .asObj();

        assertThat(members).isEqualTo(Json.parse("""
            {"price": {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 10000, "multipleOf": 0.01},
             "other": {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 10000, "multipleOf": 0.01},
             "number": {"type": "integer", "format": "int32", "minimum": 5, "maximum": 7,
                        "exclusiveMinimum": -1000, "exclusiveMaximum": 1000},
             "name": {"type": "string", "minLength": 3, "maxLength": 9, "pattern": "\\\\S"},
             "sameName": {"type": "string", "minLength": 3, "maxLength": 9, "pattern": "\\\\S"},
             "list": {"type": "array", "items": {"type": "string"}, "minItems": 2},
             "word": {"type": "string", "minLength": 1, "pattern": "^(?:[a-z]+)$", "allOf": [{"pattern": "\\\\S"}]},
             "password": {"type": "string", "minLength": 1, "pattern": "^(?:.*[0-9].*)$",
                          "allOf": [{"pattern": "^(?:.*[A-Z].*)$"}, {"pattern": "\\\\S"}]},
             "keys": {"type": "object", "propertyNames": {"type": "string", "minLength": 2, "pattern": "^(?:[a-z]+)$"},
                      "additionalProperties": {"type": "integer", "format": "int32"}}}
            """));
        JsonSchema schema = JsonSchema.of(Several.class);
        assertThat(schema.validate(Json.object("password", "a1")).stream()
                        .filter(violation -> violation.pointer().equals("/password"))
                        .map(Violation::keyword))
                .containsExactly("pattern");
    }

    @Test
    void notNullBeatsNullable() {
        assertMember("always", "{\"type\": \"string\"}");
        assertThat(JsonSchema.of(Order.class)
                        .json()
                        .at("/required")
                        .orElseThrow()
                        .asArr()
                        .items())
                .contains(Json.of("always"))
                .doesNotContain(Json.of("mail"));
    }

    @Test
    void formatsAndConstants() {
        assertMember("mail", "{\"type\": [\"string\", \"null\"], \"format\": \"email\"}");
        assertMember("agreed", "{\"type\": \"boolean\", \"const\": true}");
    }
}
