/** Two hundred prompts as bots write them, figures and all: what the voice is judged on. */
const plain = `
Hello, this is the clinic calling to confirm your appointment.
Thank you for calling, how can I help you today?
Please stay on the line, your call is important to us.
All of our agents are busy right now.
Your call may be recorded for quality and training purposes.
Please say yes or no.
I am sorry, I did not understand that.
Could you please repeat your answer?
Please hold while I transfer your call.
The person you are trying to reach is not available.
Please leave a message after the tone.
Thank you, goodbye.
Your appointment has been cancelled.
Would you like to choose another day?
Please enter your account number followed by the pound key.
You can also say it, one digit at a time.
I found your reservation.
Is that correct?
Let me check that for you.
This will only take a moment.
Your order is on its way.
The package will be delivered tomorrow afternoon.
Someone must be at home to sign for it.
Would you like to reschedule the delivery?
Your prescription is ready to be picked up.
The pharmacy is open until late in the evening.
Please bring your insurance card and a photo identification.
Do not eat or drink anything after midnight.
Wear comfortable shoes and loose clothing.
We look forward to seeing you.
Your payment has been received.
A receipt was sent to your email address.
The card on file has expired.
Please update your payment method to avoid an interruption.
Your subscription will renew automatically.
To cancel, say cancel at any time.
There is a power outage in your neighborhood.
Our crews are working to restore service.
We expect the lights to be back on before dinner.
We apologize for the inconvenience.
Your flight has been delayed because of the weather.
Please check the departure board for the new gate.
Boarding will begin in a few minutes.
Your luggage was found and will be sent to your hotel.
The school will be closed today because of heavy snow.
Parents are asked to pick up their children early.
The meeting has been moved to the large conference room.
Please confirm that you received this message.
If this is an emergency, hang up and call an ambulance.
Stay away from the windows and wait for further instructions.
We are calling about your recent visit to our store.
How satisfied were you with the service you received?
Would you recommend us to a friend or a colleague?
Thank you for taking part in our survey.
Your answers help us to improve.
The technician is about to arrive at your house.
Please make sure that the gate is unlocked.
The repair will be done under warranty.
Your car is ready to be picked up.
We replaced the brakes and changed the oil.
You left your umbrella at our restaurant.
Your table is ready, please come to the front desk.
The kitchen closes in half an hour.
Today's special is grilled salmon with rice.
Your library book is overdue.
You can renew it online or by phone.
The community center offers swimming lessons for children.
Registration begins on the first day of the month.
Your application has been approved.
You will receive a letter in the mail.
Please sign the form and send it back.
We need a copy of your driver's license.
Your password has been changed.
If you did not ask for this, please contact us immediately.
For your security, we never ask for your password.
Someone tried to sign in to your account.
Would you like to block your card?
I have blocked the card, and a new one is on its way.
Which language would you like to continue in?
You are next in line.
What is the reason for your call?
Are you calling about a new order or an existing one?
Tell me in a few words what you need.
Please spell your last name.
Thank you, I have written that down.
I will send you a text message with the details.
Is this a good time to talk?
When would be a better time to call?
I will try again later.
Please do not hang up.
This call will be answered by the next available nurse.
Take one tablet in the morning and one before you go to bed.
The results of your test are normal.
The doctor would like to see you again.
Please arrive a little early to fill out some paperwork.
Parking is available behind the building.
The elevator is to the right of the entrance.
Please wear a mask inside the hospital.
Visiting hours are over.
Have a wonderful day.
`;

const withFigures = `
Your appointment is on July 4 at 9:30 AM.
Your appointment with Dr. Smith is on Monday, May 3rd at 2 p.m.
Press 1 for sales, 2 for support, or 0 for an operator.
Your confirmation code is 482913.
Your code is 7204.
The total is $145.00.
You owe $12.50, due on 12/31/2026.
Your balance is $1,234.56.
A fee of $0.99 applies.
The price went down from $20 to $15.
That is 25% off the regular price.
Please call us back at (555) 555-0123.
Our number is 1-800-555-0199.
You can reach us at 555-867-5309, ext. 12.
Order #12345 has shipped.
Your order number is 60417.
The card ending in 4242 was declined.
We are open Mon-Fri, 9am-5pm.
We are open 24/7.
The office opens at 8:00 and closes at 17:30.
Flight 1207 leaves from gate 14 at 6:05 PM.
The bus arrives every 15 minutes.
The train leaves at 10:45 from platform 3.
Your room is on the 12th floor.
You are caller number 7.
The estimated wait is 3-5 minutes.
Please be there 10 minutes early.
Your table for 4 is booked for 7:15 PM.
Your rental starts on June 1, 2026.
The warranty ends on 2027-03-15.
The contract was signed on March 8, 2019.
We have been in business since 1985.
The temperature is 72\u00b0F.
Tonight it will be -5\u00b0C with snow.
The package weighs 5 kg.
Drive 10 km north, then turn left.
Keep 6 ft apart.
The speed limit is 65 mph.
Take 500 mg twice a day.
Use 1/2 cup of sugar.
About 3/4 of our customers agree.
Add 2 1/2 cups of flour.
Your download speed is 100 Mbps.
You have used 20 GB of data this month.
We are at 1234 Main St.
The clinic is at 12 Elm Ave. in the city center.
Send it to 500 Oak Blvd. Suite 210.
The zip code is 90210.
Write to help@example.com.
Go to www.example.com for more.
Visit example.com/help today.
Bring your ID and your insurance card.
Please have your PIN ready.
Mr. Jones and Mrs. Lee will join the call.
Ms. Kim from the billing dept. will call you.
Bring fruit, bread, etc. for lunch.
Your appt. is confirmed.
It takes approx. 20 minutes.
The red team vs. the blue team starts at noon.
You can pay by card and/or cash.
Say yes/no after the tone.
Press # to finish.
Press * to go back.
Press 9 to hear this again.
You have 3 new messages and 21 saved messages.
The first message was left at 4:20 PM.
There are 250 people ahead of you.
More than 1,000 people have signed up.
We shipped 2,500 boxes last week.
The winner received 1,000,000 votes.
The population is 45,000.
The 1st prize is a car.
You finished in 2nd place.
This is the 3rd reminder.
Your lease ends on the 30th of September.
The sale runs from Nov 20 to Nov 30.
The next one is on Tue, Jan 5.
School starts again on Aug 24th.
The concert is on Sat, 9 May at 8 PM.
The office is closed on Dec 25.
Your policy number is 33518.
Your account number is 100200300.
Your ticket number is B2.
Room 101 is on the left.
Please go to counter 16.
Your number is 88.
The museum was built in 1905.
It opened again in 2010.
The movie lasts 2 hrs.
The walk takes 30 min.
The battery lasts 12 hours.
The rate is 4.5 percent.
The fee is 3.25%.
It costs \u00a320 or \u20ac25.
You won $5M.
The house costs $2.5 million.
Please call 911 in an emergency.
The meeting is from 10:00 to 11:30.
It starts at 12:15.
Version 2.1.3 is ready to install.
`;

export const voicePrompts: readonly string[] = [plain, withFigures].flatMap((block) => block.trim().split('\n'));
