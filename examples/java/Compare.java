import com.shiren.Client;
import com.shiren.ShirenException;
import com.shiren.juhe.verifyface.Verify2Reply;
import com.shiren.juhe.verifyface.Verify2Request;
import com.shiren.model.Decision;
import com.shiren.model.Reason;
import com.shiren.photo.FitRequest;
import com.shiren.photo.PhotoFunctions;
import java.nio.file.Paths;

/**
 * Compares a photo with the register: {@code java -cp shiren.jar Compare.java NAME ID_NUMBER PHOTO}.
 *
 * <p>{@code SHIREN_SANDBOX=http://127.0.0.1:PORT} uses a sandbox. Ends with 0 when the person may be let in, 1 when not, 2 when
 * it is not known.
 */
final class Compare {
    public static void main(String[] arguments) {
        if (arguments.length != 3) {
            System.err.println("usage: Compare NAME ID_NUMBER PHOTO");
            System.exit(2);
        }
        System.exit(compare(arguments[0], arguments[1], arguments[2]));
    }

    private static int compare(String name, String idNumber, String photo) {
        try (Client client = Client.fromEnvironment().build()) {
            // Upright, and as small as the vendor wants it.
            byte[] fitted = PhotoFunctions.fit(FitRequest.builder().image(Paths.get(photo)).build()).image();
            Verify2Reply reply = client.juhe()
                    .verifyface()
                    .verify2(Verify2Request.builder().realname(name).idcard(idNumber).image(fitted).build());
            System.out.println(reply.verdict().decision() + ", billed: " + reply.verdict().billed());
            for (Reason reason : reply.verdict().reasons()) {
                System.out.println(reason.code() + " " + reason.message() + reason.nextStep().map(step -> ": " + step).orElse(""));
            }
            return reply.verdict().decision() == Decision.PASSED ? 0 : 1;
        } catch (ShirenException error) {
            // An error never holds a name, a number, a photo or a key: it may be shown and logged.
            System.err.println(error.getMessage() + " (billed: " + error.billed() + ")");
            return 2;
        }
    }
}
