package dev.tenon.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.checks.Docs;
import dev.tenon.json.Json;
import dev.tenon.json.TypeRef;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The examples of docs/schemas.md. */
class SchemasGuideTest {
    @TempDir
    private Path folder;

    @Test
    void everyExampleOfThePageIsHere() {
        assertThat(Docs.examplesStandIn("schemas.md", SchemasGuideTest.class)).isGreaterThan(5);
    }

    record Booking(
            @Description("as written on the passport") String guest,
            int nights,
            Optional<Meal> meal,
            @Nullable String wishes) {}

    enum Meal {
        @Description("bed and breakfast")
        BREAKFAST,
        FULL_BOARD
    }

    @Test
    void aRecord() {
        JsonSchema schema = JsonSchema.of(Booking.class);
        JsonSchema many = JsonSchema.of(new TypeRef<List<Booking>>() {});
        assertThat(schema.json().at("/required")).contains(Json.array("guest", "nights"));
        assertThat(many.json().at("/items")).contains(schema.json());
    }

    @Test
    void violations() {
        JsonSchema schema = JsonSchema.of(Booking.class);
        Json value = Json.parse("{\"guest\": \"Ada\", \"nights\": \"two\", \"meal\": \"LUNCH\"}");
        for (Violation violation : schema.validate(value)) {
            print(violation.message());
        }
        assertThat(printed).isEqualTo("""
            $.nights: expected integer, got string "two"
            $.meal: expected one of "BREAKFAST", "FULL_BOARD", null, got string "LUNCH"
            """);
    }

    sealed interface Payment permits Card, Transfer {}

    record Card(String number) implements Payment {}

    record Transfer(String iban) implements Payment {}

    @Test
    void aSealedInterface() {
        Json card = Json.parse("{\"type\": \"card\", \"number\": \"4242\"}");
        Payment payment = card.as(Payment.class);
        assertThat(payment).isEqualTo(new Card("4242"));
        assertThat(JsonSchema.of(Payment.class).accepts(card)).isTrue();
    }

    @Test
    void aDocument() {
        JsonSchema price = JsonSchema.parse("{\"type\": \"number\", \"minimum\": 0}");
        Json document = Json.object("$ref", "https://acme.example/zip");
        Json zip = Json.parse("{\"type\": \"string\", \"pattern\": \"^[0-9]{5}$\"}");
        JsonSchema code = JsonSchema.of(document, SchemaOptions.DEFAULT.withDocument("https://acme.example/zip", zip));
        assertThat(price.accepts(Json.of(-1))).isFalse();
        assertThat(code.accepts(Json.of("12345"))).isTrue();
        assertThatThrownBy(() -> JsonSchema.of(document)).isInstanceOf(SchemaException.class);
    }

    @Test
    void aStrictForm() {
        String reply = "{\"guest\": \"Ada\", \"nights\": 2, \"meal\": null, \"wishes\": null}";
        StrictSchema strict = StrictProfile.OPENAI.apply(JsonSchema.of(Booking.class));
        Json sent = strict.schema().json();
        Booking booking = strict.restore(Json.parse(reply)).as(Booking.class);
        assertThat(sent.at("/required").orElseThrow().asArr().size()).isEqualTo(4);
        assertThat(booking).isEqualTo(new Booking("Ada", 2, Optional.empty(), null));
    }

    @Test
    void aRepository() {
        SchemaRepository schemas = SchemaRepository.inFolder(folder);
        int version = schemas.put("booking", JsonSchema.of(Booking.class));
        Optional<JsonSchema> newest = schemas.get("booking");
        assertThat(version).isEqualTo(1);
        assertThat(newest).contains(JsonSchema.of(Booking.class));
    }

    @Test
    void conversions() {
        Conversions conversions = Conversions.NONE
                .with(String.class, Long.class, Long::parseLong)
                .with(Long.class, Instant.class, Instant::ofEpochSecond);
        String way = conversions.convert("1700000000", Instant.class).way();
        assertThat(way).isEqualTo("String → Long → Instant");
    }

    private String printed = "";

    private void print(String line) {
        printed += line + "\n";
    }
}
