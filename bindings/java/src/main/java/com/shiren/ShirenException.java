package com.shiren;

import com.shiren.internal.Json;
import com.shiren.internal.JsonWriter;
import com.shiren.internal.Reads;
import com.shiren.model.Billed;
import com.shiren.model.ErrorKind;
import com.shiren.model.References;
import com.shiren.model.Vendor;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * What every call of this library may throw: there is a class for each kind. It never holds a name, an ID number, a mobile, a
 * photo, a key or a token.
 */
public class ShirenException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** The JSON form: what is written when the exception is serialized. */
    private final String json;

    private transient Map<String, Object> fields;

    ShirenException(Map<String, Object> fields, Throwable cause) {
        super(sentence(fields), cause);
        this.fields = fields;
        this.json = JsonWriter.text(fields);
    }

    private static String sentence(Map<String, Object> fields) {
        StringBuilder text = new StringBuilder().append(fields.get("kind")).append(": ");
        if (fields.get("field") != null) {
            text.append(fields.get("field")).append(": ");
        }
        text.append(fields.get("message"));
        return fields.get("hint") == null ? text.toString() : text.append("; ").append(fields.get("hint")).toString();
    }

    /** From the JSON form, as {@link #toJson} gives it and all languages have it. */
    public static ShirenException fromJson(String json) {
        return ErrorClasses.make(Json.parseObject(json), null);
    }

    /** An error of this binding: certainly nothing was paid. {@code field} and {@code hint} may be null. */
    public static ShirenException of(String kind, String message, String field, String hint) {
        return made(kind, message, field, hint, "no", null);
    }

    /** An error of this binding of which nobody knows whether something was paid. */
    public static ShirenException unknown(String kind, String message, Throwable cause) {
        return made(kind, message, null, null, "unknown", cause);
    }

    private static ShirenException made(
            String kind, String message, String field, String hint, String billed, Throwable cause) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("kind", kind);
        fields.put("message", message);
        fields.put("field", field);
        fields.put("references", Collections.emptyMap());
        fields.put("billed", billed);
        fields.put("retryable", false);
        fields.put("hint", hint);
        return ErrorClasses.make(Collections.unmodifiableMap(fields), cause);
    }

    static ErrorKind kind(int number) {
        return ErrorClasses.kind(number);
    }

    private Map<String, Object> fields() {
        if (fields == null) {
            fields = Json.parseObject(json);
        }
        return fields;
    }

    private <T> Optional<T> at(String name, Function<Object, T> read) {
        return Optional.ofNullable(fields().get(name)).map(read);
    }

    /** The kind, as it is in every language. */
    public ErrorKind kind() {
        return at("kind", Reads.word(ErrorKind::of)).orElse(ErrorKind.INTERNAL);
    }

    /** One sentence for a person. ({@code getMessage} has the kind, the field and the hint as well.) */
    public String plainMessage() {
        return at("message", Reads::text).orElse("");
    }

    /** The field at fault, as a JSON pointer into the request or the configuration, or as the vendor's parameter name. */
    public Optional<String> field() {
        return at("field", Reads::text);
    }

    /** Whose answer it was. */
    public Optional<Vendor> vendor() {
        return at("vendor", Reads.word(Vendor::of));
    }

    /** The vendor's own code. */
    public Optional<String> vendorCode() {
        return at("vendor_code", Reads::text);
    }

    /** The vendor's own text. */
    public Optional<String> vendorText() {
        return at("vendor_text", Reads::text);
    }

    /** The HTTP status, where there was an answer. */
    public Optional<Integer> httpStatus() {
        return at("http_status", Reads::small);
    }

    /** The vendor's numbers for this request: quote them to its support. */
    public References references() {
        return at("references", Reads.model(References::fromMap)).orElse(References.fromMap(Collections.emptyMap()));
    }

    /** Whether this call was paid for. */
    public Billed billed() {
        return at("billed", Reads.word(Billed::of)).orElse(Billed.UNKNOWN);
    }

    /** Whether the same call may be repeated: only when it was certainly not paid for. */
    public boolean retryable() {
        return at("retryable", Reads::flag).orElse(false);
    }

    /** How long to wait before that, where the vendor said so. */
    public Optional<Duration> retryAfter() {
        return at("retry_after_ms", Reads::whole).map(Duration::ofMillis);
    }

    /** What to do about it. */
    public Optional<String> hint() {
        return at("hint", Reads::text);
    }

    /** All fields as JSON, as they are in every language. */
    public String toJson() {
        return json;
    }
}
